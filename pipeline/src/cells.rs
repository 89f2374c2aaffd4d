//! Numbers of one column, both ways, without a vector for each value.

use crate::schema::item_of;
use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, FixedSizeListArray, ListArray, PrimitiveArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use std::sync::Arc;

/// A nullable column of `width` numbers a row.
pub(crate) struct Fixed<T: ArrowPrimitiveType> {
    nulls: Option<NullBuffer>,
    values: PrimitiveArray<T>,
    width: usize,
}

impl<T: ArrowPrimitiveType> Fixed<T> {
    /// A column of numbers, or of lists of one length.
    pub(crate) fn new(array: &ArrayRef) -> Self {
        let (values, width) = match array.as_fixed_size_list_opt() {
            Some(lists) => (lists.values(), lists.value_length() as usize),
            None => (array, 1),
        };
        Self { nulls: array.nulls().cloned(), values: values.as_primitive::<T>().clone(), width }
    }

    /// The numbers in one row, `None` if it is null.
    pub(crate) fn get(&self, row: usize) -> Option<&[T::Native]> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        Some(&self.values.values()[row * self.width..][..self.width])
    }

    /// An array over rows of `width` numbers each; of plain numbers where `width` is `None`.
    /// `values` holds a number for each place of a null row too.
    pub(crate) fn encode(values: Vec<T::Native>, valid: Vec<bool>, width: Option<i32>) -> ArrayRef {
        let nulls = NullBuffer::from(valid);
        let buffer = ScalarBuffer::from(values);
        match width {
            None => Arc::new(PrimitiveArray::<T>::new(buffer, Some(nulls))),
            Some(n) => {
                let values: ArrayRef = Arc::new(PrimitiveArray::<T>::new(buffer, None));
                Arc::new(FixedSizeListArray::new(item_of(T::DATA_TYPE), n, values, Some(nulls)))
            }
        }
    }
}

/// A nullable column of lists of any length.
pub(crate) fn lists(values: ArrayRef, lengths: &[usize], valid: Vec<bool>) -> ArrayRef {
    let offsets = OffsetBuffer::from_lengths(lengths.iter().copied());
    let item = item_of(values.data_type().clone());
    Arc::new(ListArray::new(item, offsets, values, Some(NullBuffer::from(valid))))
}
