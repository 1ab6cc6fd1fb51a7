//! The module's heap: free blocks in the order of their addresses, the first that is large enough gives, and
//! neighbours are joined when one comes back.
//!
//! std's dlmalloc is 9 KB of the module, 2.4 KB of the package, for threads and gigabytes that are not here. Searching
//! takes time with the number of free blocks: a few hundred at worst here, since the lowest addresses are used first and strings
//! live short. An upload of 10,000 parts is tried in the tests.

use core::cell::Cell;
use core::mem::size_of;
use core::ptr::null_mut;

/// Stands at the beginning of a free block; whole blocks of its size are what is given and taken.
struct Block {
    next: *mut Block,
    size: usize,
}

const UNIT: usize = size_of::<Block>();

pub struct Heap {
    first: Cell<*mut Block>,
}

fn rounded(size: usize) -> usize {
    size.max(1).next_multiple_of(UNIT)
}

impl Heap {
    pub const fn new() -> Self {
        Heap { first: Cell::new(null_mut()) }
    }

    /// A piece of so many bytes, aligned like a u64; null when no block is large enough.
    ///
    /// # Safety
    /// What was given to the heap is in nobody else's hands.
    pub unsafe fn take(&self, size: usize) -> *mut u8 {
        let size = rounded(size);
        let mut before: *mut Block = null_mut();
        let mut block = self.first.get();
        while !block.is_null() {
            let rest = unsafe { (*block).size }.wrapping_sub(size) as isize;
            if rest > 0 {
                // From its end: the block's beginning stays where it is.
                unsafe {
                    (*block).size = rest as usize;
                    return block.cast::<u8>().add(rest as usize);
                }
            }
            let next = unsafe { (*block).next };
            if rest == 0 {
                self.link(before, next);
                return block.cast();
            }
            before = block;
            block = next;
        }
        null_mut()
    }

    /// Gives a piece back, or the heap more to give.
    ///
    /// # Safety
    /// The piece is aligned like a [`Block`], of this size, and from now on in nobody else's hands.
    pub unsafe fn give(&self, piece: *mut u8, size: usize) {
        let mut size = rounded(size);
        let piece: *mut Block = piece.cast();
        let mut before: *mut Block = null_mut();
        let mut next = self.first.get();
        while !next.is_null() && next < piece {
            before = next;
            next = unsafe { (*next).next };
        }
        unsafe {
            if piece.byte_add(size) == next {
                size += (*next).size;
                next = (*next).next;
            }
            if !before.is_null() && before.byte_add((*before).size) == piece {
                (*before).size += size;
                (*before).next = next;
                return;
            }
            *piece = Block { next, size };
        }
        self.link(before, piece);
    }

    fn link(&self, before: *mut Block, block: *mut Block) {
        if before.is_null() {
            self.first.set(block);
        } else {
            unsafe { (*before).next = block };
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod module {
    use super::Heap;
    use core::alloc::{GlobalAlloc, Layout};
    use core::arch::wasm32::memory_grow;
    use core::ptr::null_mut;

    const PAGE: usize = 64 << 10;

    struct Whole(Heap);

    // A module has one thread.
    unsafe impl Sync for Whole {}

    unsafe impl GlobalAlloc for Whole {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if layout.align() > align_of::<u64>() {
                return null_mut();
            }
            let found = unsafe { self.0.take(layout.size()) };
            if !found.is_null() {
                return found;
            }
            let pages = layout.size() / PAGE + 1;
            let before = memory_grow(0, pages);
            if before == usize::MAX {
                return null_mut();
            }
            unsafe {
                self.0.give((before * PAGE) as *mut u8, pages * PAGE);
                self.0.take(layout.size())
            }
        }

        unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
            unsafe { self.0.give(piece, layout.size()) };
        }
    }

    #[global_allocator]
    static HEAP: Whole = Whole(Heap::new());
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: usize = 1 << 20;

    fn room() -> Vec<u128> {
        vec![0; ROOM / size_of::<u128>()]
    }

    fn heap(room: &mut [u128]) -> Heap {
        let heap = Heap::new();
        unsafe { heap.give(room.as_mut_ptr().cast(), ROOM) };
        heap
    }

    fn blocks(heap: &Heap) -> Vec<usize> {
        let mut sizes = Vec::new();
        let mut block = heap.first.get();
        while !block.is_null() {
            unsafe {
                sizes.push((*block).size);
                block = (*block).next;
            }
        }
        sizes
    }

    #[test]
    fn what_comes_back_is_joined_in_any_order() {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut room = room();
            let heap = heap(&mut room);
            let pieces = [1, 100, UNIT].map(|size| (unsafe { heap.take(size) }, size));
            for n in order {
                unsafe { heap.give(pieces[n].0, pieces[n].1) };
            }
            assert_eq!(blocks(&heap), [ROOM], "{order:?}");
        }
    }

    #[test]
    fn a_full_heap_says_so() {
        let mut room = room();
        let heap = heap(&mut room);
        unsafe {
            assert!(heap.take(ROOM + 1).is_null());
            assert!(heap.take(usize::MAX / 2).is_null());
            let all = heap.take(ROOM);
            assert!(!all.is_null() && heap.take(1).is_null());
            heap.give(all, ROOM);
        }
        assert_eq!(blocks(&heap), [ROOM]);
    }

    #[test]
    fn ten_thousand_parts_leave_no_crumbs() {
        let mut room = room();
        let heap = heap(&mut room);
        let mut state = 7u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut held: Vec<(*mut u8, usize, u8)> = Vec::new();
        let mut kept: Vec<(*mut u8, usize)> = Vec::new();
        let mut most = 0;
        for part in 0..10_000 {
            // Texts of a request and its answer, of up to eight at once; every few parts an ETag that is kept.
            for _ in 0..20 {
                let limit = if random(10) == 0 { 5_000 } else { 200 };
                let size = 1 + random(limit);
                let piece = unsafe { heap.take(size) };
                assert!(!piece.is_null(), "part {part}");
                unsafe { piece.write_bytes(part as u8, size) };
                held.push((piece, size, part as u8));
            }
            if part % 8 == 0 {
                kept.push((unsafe { heap.take(40) }, 40));
            }
            while held.len() > 160 {
                let (piece, size, mark) = held.swap_remove(random(held.len()));
                let bytes = unsafe { core::slice::from_raw_parts(piece, size) };
                assert!(bytes.iter().all(|byte| *byte == mark), "nobody else wrote here");
                unsafe { heap.give(piece, size) };
            }
            most = most.max(blocks(&heap).len());
        }
        assert!(most < 500, "{most} blocks to search");
        for (piece, size) in held.into_iter().map(|h| (h.0, h.1)).chain(kept) {
            unsafe { heap.give(piece, size) };
        }
        assert_eq!(blocks(&heap), [ROOM]);
    }
}
