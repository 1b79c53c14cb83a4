//! Guest addresses and host slices.
