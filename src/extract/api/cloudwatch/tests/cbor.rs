//! As much of CBOR (RFC 8949) as CloudWatch's protocol needs: what a stub reads and writes.

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    /// Seconds since 1970.
    Time(i64),
    Other,
}

impl Value {
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(pairs) => pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    pub fn list(&self) -> &[Value] {
        match self {
            Self::List(values) => values,
            _ => &[],
        }
    }

    pub fn time(&self) -> i64 {
        match self {
            Self::Time(seconds) => *seconds,
            _ => 0,
        }
    }

    pub fn write(&self, into: &mut Vec<u8>) {
        match self {
            Self::Number(number) => {
                into.push(0xfb);
                into.extend(number.to_be_bytes());
            }
            Self::Text(text) => {
                head(3, text.len() as u64, into);
                into.extend(text.as_bytes());
            }
            Self::List(values) => {
                head(4, values.len() as u64, into);
                values.iter().for_each(|value| value.write(into));
            }
            Self::Map(pairs) => {
                head(5, pairs.len() as u64, into);
                for (key, value) in pairs {
                    Self::Text(key.clone()).write(into);
                    value.write(into);
                }
            }
            Self::Time(seconds) => {
                head(6, 1, into);
                head(0, *seconds as u64, into);
            }
            Self::Other => into.push(0xf6),
        }
    }

    /// Reads one value from the front.
    pub fn read(bytes: &mut &[u8]) -> Value {
        let first = take(bytes, 1)[0];
        let (kind, rest) = (first >> 5, first & 0x1f);
        let endless = rest == 31;
        let number = match rest {
            24 => u64::from(take(bytes, 1)[0]),
            25 => u64::from(u16::from_be_bytes(take(bytes, 2).try_into().unwrap())),
            26 => u64::from(u32::from_be_bytes(take(bytes, 4).try_into().unwrap())),
            27 => u64::from_be_bytes(take(bytes, 8).try_into().unwrap()),
            small => u64::from(small),
        };
        match kind {
            0 => Self::Number(number as f64),
            1 => Self::Number(-1.0 - number as f64),
            2 | 3 => Self::Text(String::from_utf8_lossy(take(bytes, number as usize)).into_owned()),
            4 => {
                let (mut values, mut left) = (Vec::new(), number);
                while more(bytes, endless, &mut left) {
                    values.push(Self::read(bytes));
                }
                Self::List(values)
            }
            5 => {
                let (mut pairs, mut left) = (Vec::new(), number);
                while more(bytes, endless, &mut left) {
                    let key = Self::read(bytes).text().to_string();
                    pairs.push((key, Self::read(bytes)));
                }
                Self::Map(pairs)
            }
            6 => match Self::read(bytes) {
                Self::Number(seconds) => Self::Time(seconds as i64),
                other => other,
            },
            _ if rest == 27 => Self::Number(f64::from_bits(number)),
            _ if rest == 26 => Self::Number(f64::from(f32::from_bits(number as u32))),
            _ => Self::Other,
        }
    }
}

/// Is there one more of a list or map? The mark at the end of an endless one is taken.
fn more(bytes: &mut &[u8], endless: bool, left: &mut u64) -> bool {
    if endless {
        let is_end = bytes[0] == 0xff;
        if is_end {
            take(bytes, 1);
        }
        return !is_end;
    }
    let is_more = *left > 0;
    *left = left.saturating_sub(1);
    is_more
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (front, rest) = bytes.split_at(count);
    *bytes = rest;
    front
}

fn head(kind: u8, number: u64, into: &mut Vec<u8>) {
    into.push(kind << 5 | 27);
    into.extend(number.to_be_bytes());
}
