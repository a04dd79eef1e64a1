//! A total shared out without a unit lost.

use super::money::{wide_div, wide_mul};

/// `total` in whole units over weights of 0 or more, by largest remainder: every share is its exact
/// quota rounded down or up, and together they are the total. Of equal remainders the first goes first.
/// `None` where no weight is above 0, one is below, or 38 digits do not hold them.
pub fn shares(total: i128, weights: &[i128]) -> Option<Vec<i128>> {
    let sum = weights.iter().try_fold(0i128, |sum, weight| sum.checked_add(*weight))?;
    if sum <= 0 || weights.iter().any(|weight| *weight < 0) {
        return None;
    }
    let (magnitude, sign) = (total.unsigned_abs(), if total < 0 { -1 } else { 1 });
    let mut parts = Vec::with_capacity(weights.len());
    for (at, weight) in weights.iter().enumerate() {
        let (high, low) = wide_mul(magnitude, weight.unsigned_abs());
        let (quota, remainder) = wide_div(high, low, sum.unsigned_abs())?;
        parts.push((quota, remainder, at));
    }
    let given: u128 = parts.iter().map(|(quota, ..)| quota).sum();
    // Fewer units are left than there are weights.
    let left = usize::try_from(magnitude - given).ok()?;
    parts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.2.cmp(&b.2)));
    let mut shares = vec![0; weights.len()];
    for (rank, (quota, _, at)) in parts.into_iter().enumerate() {
        shares[at] = sign * (quota + u128::from(rank < left)) as i128;
    }
    Some(shares)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10 over 1 : 1 : 1 is 3⅓ each: the unit that is left goes to the first. Over 2 : 3 : 2 it is 2.857…,
    /// 4.285… and 2.857…: 8 are given whole, and the two largest remainders get one more each.
    #[test]
    fn shares_add_up() {
        assert_eq!(shares(10, &[1, 1, 1]), Some(vec![4, 3, 3]));
        assert_eq!(shares(10, &[2, 3, 2]), Some(vec![3, 4, 3]));
        assert_eq!(shares(-10, &[2, 3, 2]), Some(vec![-3, -4, -3]));
        assert_eq!(shares(7, &[0, 5]), Some(vec![0, 7]));
        assert_eq!((shares(7, &[]), shares(7, &[0]), shares(7, &[2, -1])), (None, None, None));
        let (total, weights) = (10i128.pow(37) + 1, [10i128.pow(36), 3, 7 * 10i128.pow(35)]);
        let parts = shares(total, &weights).unwrap();
        assert_eq!(parts.iter().sum::<i128>(), total);
    }
}
