//! Linear memories: address space, and growth.
