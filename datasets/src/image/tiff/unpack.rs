//! How the strips and tiles of a TIFF file are packed.

use flate2::read::ZlibDecoder;
use std::io::Read;

/// The `wanted` bytes of one strip or tile. No more than that is ever made.
pub(super) fn part(compression: u32, packed: &[u8], wanted: usize) -> Result<Vec<u8>, String> {
    let bytes = match compression {
        1 => packed[..wanted.min(packed.len())].to_vec(),
        5 => lzw(packed, wanted)?,
        8 | 32946 => {
            let mut bytes = Vec::new();
            ZlibDecoder::new(packed)
                .take(wanted as u64)
                .read_to_end(&mut bytes)
                .map_err(|e| format!("its pixels do not unpack: {e}"))?;
            bytes
        }
        32773 => pack_bits(packed, wanted),
        other => {
            return Err(format!(
                "a TIFF that is packed by {other}; save it bare, or by LZW or Deflate"
            ));
        }
    };
    match bytes.len() == wanted {
        true => Ok(bytes),
        false => Err(format!("{} bytes of pixels of {wanted}: it was cut", bytes.len())),
    }
}

/// Runs: a count and bytes as they are, or a negative count and a byte that is repeated.
fn pack_bits(packed: &[u8], wanted: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = packed;
    while let [count, tail @ ..] = rest
        && out.len() < wanted
    {
        rest = match *count as i8 {
            -128 => tail,
            count if count >= 0 => {
                let run = tail.len().min(count as usize + 1);
                out.extend_from_slice(&tail[..run]);
                &tail[run..]
            }
            count => match tail {
                [byte, tail @ ..] => {
                    out.extend(std::iter::repeat_n(*byte, 1 + usize::from(count.unsigned_abs())));
                    tail
                }
                [] => tail,
            },
        };
    }
    out.truncate(wanted);
    out
}

/// LZW as TIFF has it: codes of 9 to 12 bits, the highest first; 256 starts anew and 257 ends.
fn lzw(packed: &[u8], wanted: usize) -> Result<Vec<u8>, String> {
    let mut out: Vec<u8> = Vec::new();
    // Where each string of the table stands in `out`: its start and length.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut previous: Option<(usize, usize)> = None;
    let (mut bits, mut held, mut width) = (0u32, 0u32, 9u32);
    let mut bytes = packed.iter();
    while out.len() < wanted {
        while held < width {
            let Some(&byte) = bytes.next() else { return Ok(out) };
            bits = bits << 8 | u32::from(byte);
            held += 8;
        }
        held -= width;
        let code = (bits >> held & ((1 << width) - 1)) as usize;
        bits &= (1 << held) - 1;
        let start = out.len();
        match (code, previous) {
            (256, _) => {
                table.clear();
                (previous, width) = (None, 9);
                continue;
            }
            (257, _) => break,
            (0..256, _) => out.push(code as u8),
            (_, Some((from, length))) if code == 258 + table.len() => {
                out.extend_from_within(from..from + length);
                out.extend_from_within(from..from + 1);
            }
            _ => {
                let Some(&(from, length)) = table.get(code - 258) else {
                    return Err("its pixels do not unpack: a code that is not there yet".to_owned());
                };
                out.extend_from_within(from..from + length);
            }
        }
        // The new string is the previous one and the first byte of this one, which follow each other.
        if let Some((from, length)) = previous {
            table.push((from, length + 1));
        }
        previous = Some((start, out.len() - start));
        width = match table.len() + 259 {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    out.truncate(wanted);
    Ok(out)
}
