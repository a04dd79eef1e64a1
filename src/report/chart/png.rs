//! A picture of few colours as a PNG: a palette and one byte a pixel. Charts have flat colours and the
//! shades between them, so this is a tenth of the same picture in full colours.

use crate::{Error, Result};
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::collections::BTreeMap;
use std::io::Write;

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
const COLOURS: usize = 256;

/// The file (PNG, third edition) of opaque pixels, four bytes each, rows from the top.
pub fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>> {
    let failed = |what: &dyn std::fmt::Display| Error::bug("chart", format!("its picture cannot be written: {what}"));
    let mut palette = Palette::default();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::new(6));
    let (mut line, mut above): (Vec<u8>, &[u8]) = (Vec::new(), &[]);
    for row in pixels.chunks_exact(width as usize * 4) {
        if row != above {
            line.clear();
            // Filter 0: rows of few colours compress best as they are.
            line.push(0);
            palette.indices(row, &mut line);
            above = row;
        }
        zlib.write_all(&line).map_err(|error| failed(&error))?;
    }
    let data = zlib.finish().map_err(|error| failed(&error))?;
    let mut header = Vec::with_capacity(13);
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // Eight bits a pixel, a palette, no interlacing.
    header.extend([8, 3, 0, 0, 0]);
    let mut file = SIGNATURE.to_vec();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"PLTE", &palette.colours.concat());
    chunk(&mut file, b"IDAT", &data);
    chunk(&mut file, b"IEND", &[]);
    Ok(file)
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(data);
    file.extend((data.len() as u32).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(sum.sum().to_be_bytes());
}

/// Colours in the order of their first pixel.
#[derive(Default)]
struct Palette {
    colours: Vec<[u8; 3]>,
    known: BTreeMap<[u8; 3], u8>,
}

impl Palette {
    /// One byte for each pixel of a row, a run of one colour at a time.
    fn indices(&mut self, mut row: &[u8], line: &mut Vec<u8>) {
        while let Some((pixel, _)) = row.split_first_chunk::<4>() {
            let index = self.index([pixel[0], pixel[1], pixel[2]]);
            let run = run_of(row);
            line.resize(line.len() + run, index);
            row = &row[run * 4..];
        }
    }

    fn index(&mut self, colour: [u8; 3]) -> u8 {
        match self.known.get(&colour) {
            Some(index) => *index,
            None => self.learn(colour),
        }
    }

    /// A new colour, or the nearest where the palette is full.
    fn learn(&mut self, colour: [u8; 3]) -> u8 {
        let index = if self.colours.len() < COLOURS {
            self.colours.push(colour);
            self.colours.len() - 1
        } else {
            let far =
                |other: &[u8; 3]| other.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>();
            self.colours.iter().enumerate().min_by_key(|(_, other)| far(other)).map_or(0, |(at, _)| at)
        };
        let index = u8::try_from(index).unwrap_or(u8::MAX);
        self.known.insert(colour, index);
        index
    }
}

/// Pixels from the first on that are of its colour: as far as the row equals itself a pixel later,
/// looked at by blocks, because most rows are of one colour from end to end.
fn run_of(row: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let pixels = row.len() / 4;
    let mut run = 1;
    while run + BLOCK <= pixels && row[(run - 1) * 4..(run + BLOCK - 1) * 4] == row[run * 4..(run + BLOCK) * 4] {
        run += BLOCK;
    }
    while run < pixels && row[(run - 1) * 4..run * 4] == row[run * 4..(run + 1) * 4] {
        run += 1;
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::tiny_skia::{Color, Paint, Pixmap, Rect, Transform};

    /// Read back by other hands.
    fn read(file: &[u8]) -> Vec<u8> {
        Pixmap::decode_png(file).unwrap().data().to_vec()
    }

    #[test]
    fn another_reader_sees_the_same_pixels() {
        // Runs shorter than a block, of several blocks, and of blocks and a rest.
        [37, 63, 64, 65, 200].into_iter().for_each(is_read_as_drawn);
    }

    fn is_read_as_drawn(width: u32) {
        let mut picture = Pixmap::new(width, 21).unwrap();
        picture.fill(Color::WHITE);
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color_rgba8(0, 114, 178, 255);
        picture.fill_rect(Rect::from_xywh(3.3, 2.7, 20.5, 11.1).unwrap(), &paint, Transform::from_rotate(12.0), None);
        let file = encode(picture.data(), width, 21).unwrap();
        assert!(read(&file) == picture.data(), "{width}");
        assert_eq!(file, encode(picture.data(), width, 21).unwrap());
    }

    #[test]
    fn more_colours_than_a_palette_has_become_their_nearest() {
        // 0, 1, 2, …, 1023 as red and green.
        let pixels: Vec<u8> = (0..1024u32).flat_map(|at| [(at / 4) as u8, (at % 4) as u8, 0, 255]).collect();
        let shown = read(&encode(&pixels, 32, 32).unwrap());
        assert_eq!(shown.len(), pixels.len());
        assert_eq!(shown[..1024], pixels[..1024], "the first 256 as they are");
    }
}
