//! The gradients of the operations, for any backend that can compute them.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::autodiff::{Autodiff, NodeId};
use burn::backend::tensor::FloatTensor;

use super::backend::NhwcBackend;

/// What the gradient of a convolution needs from the forward pass.
#[derive(Clone, Debug)]
struct ConvState<T> {
    x: NodeId,
    weight: NodeId,
    bias: NodeId,
    /// The output, if it went through a ReLU.
    y: Option<T>,
    stride: usize,
    padding: usize,
}

/// `activation(conv(x, weight, bias))`, and with a fourth input `activation(conv(..) + add)`.
#[derive(Debug)]
struct Conv;

macro_rules! conv_backward {
    ($inputs:literal, $x:ident, $weight:ident, $bias:ident $(, $add:ident)?) => {
        impl<B: NhwcBackend> Backward<B, $inputs> for Conv {
            type State = ConvState<FloatTensor<B>>;

            fn backward(
                self,
                ops: Ops<Self::State, $inputs>,
                gradients: &mut Gradients,
                checkpointer: &mut Checkpointer,
            ) {
                let [$x, $weight, $bias $(, $add)?] = ops.parents;
                let ConvState { x, weight, bias, y, stride, padding } = ops.state;
                let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
                let weight: FloatTensor<B> = checkpointer.retrieve_node_output(weight);
                let bias: FloatTensor<B> = checkpointer.retrieve_node_output(bias);
                let mut dy = gradients.consume::<B>(&ops.node);
                if let Some(y) = y {
                    dy = B::relu_gradient_nhwc(y, dy);
                }
                $(if let Some(node) = $add {
                    gradients.register::<B>(node.id, dy.clone());
                })?
                if $weight.is_some() || $bias.is_some() {
                    let (dw, db) = B::conv_nhwc_weight_gradient(
                        x.clone(), weight.clone(), bias, dy.clone(), stride, padding,
                    );
                    if let Some(node) = $weight {
                        gradients.register::<B>(node.id, dw);
                    }
                    if let Some(node) = $bias {
                        gradients.register::<B>(node.id, db);
                    }
                }
                if let Some(node) = $x {
                    let dx = B::conv_nhwc_input_gradient(x, weight, dy, stride, padding);
                    gradients.register::<B>(node.id, dx);
                }
            }
        }
    };
}

conv_backward!(3, x_node, weight_node, bias_node);
conv_backward!(4, x_node, weight_node, bias_node, add_node);

/// What the gradient of a residual block needs from the forward pass.
#[derive(Clone, Debug)]
struct BlockState<T> {
    x: NodeId,
    /// Weight and bias of the first convolution and of the second.
    parameters: [[NodeId; 2]; 2],
    /// The output of the first ReLU, and that of the block.
    inner: T,
    y: T,
    padding: usize,
}

/// `relu(conv(relu(conv(x))) + x)`, whose gradients are added and cut off where they are computed.
#[derive(Debug)]
struct ResidualBlock;

impl<B: NhwcBackend> Backward<B, 5> for ResidualBlock {
    type State = BlockState<FloatTensor<B>>;

    fn backward(
        self,
        ops: Ops<Self::State, 5>,
        gradients: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [x_node, weight_1, bias_1, weight_2, bias_2] =
            ops.parents.map(|parent| parent.map(|node| node.id));
        let BlockState { x, parameters, inner, y, padding } = ops.state;
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let [first, second] = parameters.map(|parameters| {
            parameters.map(|node| checkpointer.retrieve_node_output::<FloatTensor<B>>(node))
        });
        let dy = B::relu_gradient_nhwc(y, gradients.consume::<B>(&ops.node));
        let mut of_layer = |nodes: [Option<NodeId>; 2], x, [weight, bias]: [_; 2], dy| {
            if nodes == [None; 2] {
                return;
            }
            let (dw, db) = B::conv_nhwc_weight_gradient(x, weight, bias, dy, 1, padding);
            for (node, gradient) in nodes.into_iter().zip([dw, db]) {
                if let Some(node) = node {
                    gradients.register::<B>(node, gradient);
                }
            }
        };
        of_layer([weight_2, bias_2], inner.clone(), second.clone(), dy.clone());
        let [weight, _] = second;
        let d_inner = B::conv_nhwc_input_gradient_relu(inner, weight, dy.clone(), 1, padding);
        of_layer([weight_1, bias_1], x.clone(), first.clone(), d_inner.clone());
        if let Some(node) = x_node {
            let [weight, _] = first;
            let dx = B::conv_nhwc_input_gradient_add(x, weight, d_inner, dy, 1, padding);
            gradients.register::<B>(node, dx);
        }
    }
}

#[derive(Debug)]
struct MaxPool;

impl<B: NhwcBackend> Backward<B, 1> for MaxPool {
    /// The input, the kernel and the stride.
    type State = (NodeId, usize, usize);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [parent] = ops.parents;
        let (x, kernel, stride) = ops.state;
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let dy = gradients.consume::<B>(&ops.node);
        if let Some(node) = parent {
            let dx = B::max_pool_nhwc_gradient(x, dy, kernel, stride);
            gradients.register::<B>(node.id, dx);
        }
    }
}

impl<B: NhwcBackend, C: CheckpointStrategy> NhwcBackend for Autodiff<B, C> {
    fn conv_nhwc(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: usize,
        padding: usize,
        relu: bool,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node()];
        match Conv.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let mut state = ConvState {
                    x: prep.checkpoint(&x),
                    weight: prep.checkpoint(&weight),
                    bias: prep.checkpoint(&bias),
                    y: None,
                    stride,
                    padding,
                };
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                let y = B::conv_nhwc(x, weight, bias.into_primitive(), stride, padding, relu);
                state.y = relu.then(|| y.clone());
                prep.finish(state, y)
            }
            OpsKind::UnTracked(prep) => {
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                let bias = bias.into_primitive();
                prep.finish(B::conv_nhwc(x, weight, bias, stride, padding, relu))
            }
        }
    }

    fn conv_add_nhwc(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        add: FloatTensor<Self>,
        stride: usize,
        padding: usize,
        relu: bool,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node(), add.node()];
        match Conv.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let mut state = ConvState {
                    x: prep.checkpoint(&x),
                    weight: prep.checkpoint(&weight),
                    bias: prep.checkpoint(&bias),
                    y: None,
                    stride,
                    padding,
                };
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                let (bias, add) = (bias.into_primitive(), add.into_primitive());
                let y = B::conv_add_nhwc(x, weight, bias, add, stride, padding, relu);
                state.y = relu.then(|| y.clone());
                prep.finish(state, y)
            }
            OpsKind::UnTracked(prep) => {
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                let (bias, add) = (bias.into_primitive(), add.into_primitive());
                prep.finish(B::conv_add_nhwc(x, weight, bias, add, stride, padding, relu))
            }
        }
    }

    fn residual_block_nhwc(
        x: FloatTensor<Self>,
        weight_1: FloatTensor<Self>,
        bias_1: FloatTensor<Self>,
        weight_2: FloatTensor<Self>,
        bias_2: FloatTensor<Self>,
        padding: usize,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight_1.node(), bias_1.node(), weight_2.node(), bias_2.node()];
        match ResidualBlock.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let x_node = prep.checkpoint(&x);
                let parameters = [[&weight_1, &bias_1], [&weight_2, &bias_2]]
                    .map(|parameters| parameters.map(|tensor| prep.checkpoint(tensor)));
                let x = x.into_primitive();
                let (weight, bias) = (weight_1.into_primitive(), bias_1.into_primitive());
                let inner = B::conv_nhwc(x.clone(), weight, bias, 1, padding, true);
                let (weight, bias) = (weight_2.into_primitive(), bias_2.into_primitive());
                let y = B::conv_add_nhwc(inner.clone(), weight, bias, x, 1, padding, true);
                let state = BlockState { x: x_node, parameters, inner, y: y.clone(), padding };
                prep.finish(state, y)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::residual_block_nhwc(
                x.into_primitive(),
                weight_1.into_primitive(),
                bias_1.into_primitive(),
                weight_2.into_primitive(),
                bias_2.into_primitive(),
                padding,
            )),
        }
    }

    fn max_pool_nhwc(x: FloatTensor<Self>, kernel: usize, stride: usize) -> FloatTensor<Self> {
        match MaxPool.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let state = (prep.checkpoint(&x), kernel, stride);
                prep.finish(state, B::max_pool_nhwc(x.into_primitive(), kernel, stride))
            }
            OpsKind::UnTracked(prep) => {
                prep.finish(B::max_pool_nhwc(x.into_primitive(), kernel, stride))
            }
        }
    }
}
