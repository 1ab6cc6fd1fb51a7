//! Order.

use std::collections::BinaryHeap;

/// The items from the smallest to the largest.
pub fn ascending<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<BinaryHeap<T>>().into_sorted_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_the_smallest_to_the_largest() {
        assert_eq!(ascending([3, 1, 2, 3].into_iter()), [1, 2, 3, 3]);
        assert_eq!(ascending(["b", "", "ab"].into_iter()), ["", "ab", "b"]);
        assert!(ascending(std::iter::empty::<u8>()).is_empty());
    }
}
