//! Keys of several codes, each numbered once.

/// The distinct keys, numbered from 0 in the order they came. A hash table of numbers beside the
/// keys: a key is stored once, in a row of its own.
pub struct KeyIndex {
    width: usize,
    /// The keys one after the other.
    codes: Vec<u32>,
    /// Number + 1 of a key at the place of its hash or the next free one; 0 is free. A power of two.
    slots: Vec<u32>,
    len: usize,
}

const FIRST_SLOTS: usize = 1 << 8;

impl KeyIndex {
    /// For keys of `width` codes.
    pub fn new(width: usize) -> Self {
        Self { width, codes: Vec::new(), slots: vec![0; FIRST_SLOTS], len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn key(&self, number: usize) -> &[u32] {
        &self.codes[number * self.width..(number + 1) * self.width]
    }

    /// The code at one place of every key.
    pub fn codes_at(&self, place: usize) -> impl Iterator<Item = u32> + '_ {
        self.codes.iter().skip(place).step_by(self.width.max(1)).copied()
    }

    /// Replaces the codes at one place of every key. The keys cannot be looked up afterwards.
    pub fn replace_at(&mut self, place: usize, with: &[u32]) {
        for code in self.codes.iter_mut().skip(place).step_by(self.width.max(1)) {
            *code = with[*code as usize];
        }
    }

    /// The number of a key; a new key gets the next.
    pub fn number(&mut self, key: &[u32]) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash(key) as usize & mask;
        loop {
            match self.slots[at] {
                0 => break,
                taken if self.key(taken as usize - 1) == key => return taken as usize - 1,
                _ => at = (at + 1) & mask,
            }
        }
        self.codes.extend_from_slice(key);
        self.len += 1;
        self.slots[at] = self.len as u32;
        // At most half full: the way to a free place stays short.
        if self.len * 2 > self.slots.len() {
            self.grow();
        }
        self.len - 1
    }

    /// The numbers of the keys, in the order of the keys.
    pub fn sorted(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..self.len).collect();
        numbers.sort_unstable_by(|a, b| self.key(*a).cmp(self.key(*b)));
        numbers
    }

    fn grow(&mut self) {
        let mut slots = vec![0; self.slots.len() * 2];
        let mask = slots.len() - 1;
        for number in 0..self.len {
            let mut at = hash(self.key(number)) as usize & mask;
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = number as u32 + 1;
        }
        self.slots = slots;
    }
}

/// Multiply and rotate, as rustc's FxHash; the high bits are the good ones.
fn hash(key: &[u32]) -> u64 {
    let mixed = key
        .iter()
        .fold(0u64, |hash, code| (hash.rotate_left(5) ^ u64::from(*code)).wrapping_mul(0x517c_c1b7_2722_0a95));
    mixed ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_have_one_number_and_others_another() {
        let mut index = KeyIndex::new(2);
        for round in 0..2 {
            for n in 0..3000u32 {
                assert_eq!(index.number(&[n % 50, n / 50]), n as usize, "round {round}");
            }
        }
        assert_eq!((index.len(), index.key(51)), (3000, &[1, 1][..]));
        assert_eq!(index.codes_at(1).take(51).collect::<Vec<_>>()[49..], [0, 1]);
    }
}
