//! Tables that grow.
