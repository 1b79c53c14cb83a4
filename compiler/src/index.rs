//! Index newtypes and vectors that only their own index type opens.
//!
//! A function index of a module and a function number of the whole program are both `u32`s; mixing
//! them up must not compile.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A number that identifies an element of one kind of [`IndexVec`].
pub trait Idx: Copy + Eq + Ord + std::hash::Hash {
    /// Wraps a position.
    fn from_usize(position: usize) -> Self;
    /// The position in the vector.
    fn as_usize(self) -> usize;
}

macro_rules! index_types {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $crate::index::Idx for $name {
            fn from_usize(position: usize) -> Self {
                Self(u32::try_from(position).expect("fewer than 2³² elements"))
            }
            fn as_usize(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}
pub(crate) use index_types;

/// A vector indexed by one index type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexVec<I, T> {
    items: Vec<T>,
    index: PhantomData<fn(I)>,
}

impl<I, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Self { items: Vec::new(), index: PhantomData }
    }
}

impl<I: Idx, T> IndexVec<I, T> {
    /// An empty vector.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends an element and returns its index.
    pub fn push(&mut self, item: T) -> I {
        let index = I::from_usize(self.items.len());
        self.items.push(item);
        index
    }

    /// The element, if there is one.
    #[must_use]
    pub fn get(&self, index: I) -> Option<&T> {
        self.items.get(index.as_usize())
    }

    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The index that the next [`push`](Self::push) will return.
    #[must_use]
    pub fn next_index(&self) -> I {
        I::from_usize(self.items.len())
    }

    /// The elements in order.
    pub fn values(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// The elements in order, mutable.
    pub fn values_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }

    /// Indices and elements in order, the elements mutable.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (I, &mut T)> {
        self.items.iter_mut().enumerate().map(|(position, item)| (I::from_usize(position), item))
    }

    /// The indices in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.items.len()).map(I::from_usize)
    }

    /// Indices and elements in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.items.iter().enumerate().map(|(position, item)| (I::from_usize(position), item))
    }
}

impl<I, T> FromIterator<T> for IndexVec<I, T> {
    fn from_iter<A: IntoIterator<Item = T>>(items: A) -> Self {
        Self { items: items.into_iter().collect(), index: PhantomData }
    }
}

impl<I: Idx, T> Index<I> for IndexVec<I, T> {
    type Output = T;
    fn index(&self, index: I) -> &T {
        &self.items[index.as_usize()]
    }
}

impl<I: Idx, T> IndexMut<I> for IndexVec<I, T> {
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.items[index.as_usize()]
    }
}
