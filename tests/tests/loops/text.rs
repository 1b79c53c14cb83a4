//! Random loops as text.

use std::fmt::Write;
use std::ops::Range;

use crate::arithmetic::bounds;
use crate::element::Element;
use crate::expression::{Expr, Load};
use crate::shape::{Addressing, Counting, Guard, Loop, Store, Sum};

/// The parameters that hold where arrays are.
const ARRAYS: [&str; 4] = ["$out", "$a", "$b", "$more"];

impl Loop {
    /// The loop as a function with export `loopN`.
    pub(crate) fn function(&self, number: usize) -> String {
        let ty = self.element.ty();
        let sum_ty = self.collected().ty();
        let mut body = String::new();
        if self.addressing == Addressing::Pointers {
            for (array, stride) in ARRAYS.into_iter().zip(self.strides) {
                let step = self.copies as i32 * stride;
                let _ =
                    writeln!(body, "(local.set {array} (i32.add (local.get {array}) (i32.const {step})))");
            }
        }
        let _ = writeln!(body, "(local.set $i (i32.add (local.get $i) (i32.const {})))", self.counter_step());
        let first = self.elements(0..self.early.unwrap_or(0));
        let others = self.elements(self.early.unwrap_or(0)..self.copies);
        let again = match self.early {
            Some(_) => format!("(br_if $done (i32.eqz {})) {first} (br $next)", self.condition()),
            None => format!("(br_if $next {})", self.condition()),
        };
        let first_sum = self.collected().constant(self.first_sum());
        let result = if self.returns_carried() { "$older" } else { "$sum" };
        let mut values = String::new();
        for copy in 0..self.copies {
            for (position, store) in self.stored.iter().enumerate() {
                let _ = write!(values, "(local {} {}) ", self.local(copy, position), store.element.ty());
            }
        }
        format!(
            "(func $loop{number} (export \"loop{number}\") (param $out i32) (param $a i32) (param $b i32) (param $more i32) \
             (param $n i32) (param $fixed {ty}) (result {sum_ty}) (local $i i32) (local $end i32) (local $sum {sum_ty}) (local $number i32) (local $sign i32) \
             (local $previous {ty}) (local $older {ty}) (local $collected {sum_ty}) {values}\n\
             (local.set $sum {first_sum}) (local.set $previous (local.get $fixed)) (local.set $older (local.get $fixed))\n\
             (block $done (br_if $done (i32.eqz (local.get $n)))\n{}{first}(loop $next\n{others}{body}{again}))\n\
             (local.get {result}))\n",
            self.preparation()
        )
    }

    /// What an iteration does with some of its elements.
    fn elements(&self, copies: Range<u32>) -> String {
        let mut body = String::new();
        for copy in copies.clone() {
            let (open, close) = match &self.guard {
                Some(guard) if !self.grouped => self.guard(guard, copy),
                _ => Default::default(),
            };
            body.push_str(&open);
            for (position, store) in self.stored.iter().enumerate() {
                let value = self.text(&store.value, store.element, copy);
                let _ = match self.grouped {
                    true => writeln!(body, "(local.set {} {value})", self.local(copy, position)),
                    false => writeln!(body, "{}", self.store(store, copy, &value)),
                };
            }
            body.push_str(&self.collect(copy));
            body.push_str(&close);
            if let Some(load) = &self.carried {
                let load = self.load(load, self.element, copy);
                let _ =
                    writeln!(body, "(local.set $older (local.get $previous)) (local.set $previous {load})");
            }
        }
        for copy in copies.filter(|_| self.grouped) {
            for (position, store) in self.stored.iter().enumerate() {
                let value = format!("(local.get {})", self.local(copy, position));
                let _ = writeln!(body, "{}", self.store(store, copy, &value));
            }
        }
        body
    }

    /// What is collected of an element.
    fn collect(&self, copy: u32) -> String {
        let Some(Sum { op, element, values }) = &self.sum else { return String::new() };
        let ty = element.ty();
        let take = match *op {
            "min" | "max" => {
                let less = if *op == "min" { "lt" } else { "gt" };
                let sign = if element.is_float() { "" } else { "_s" };
                let is_less = format!("({ty}.{less}{sign} (local.get $collected) (local.get $sum))");
                match self.grouped {
                    true => format!("(if {is_less} (then (local.set $sum (local.get $collected))))"),
                    false => {
                        format!("(local.set $sum (select (local.get $collected) (local.get $sum) {is_less}))")
                    }
                }
            }
            "sub" => format!("(local.set $sum ({ty}.sub (local.get $sum) (local.get $collected)))"),
            "set" => "(local.set $sum (local.get $collected))".to_owned(),
            _ => format!("(local.set $sum ({ty}.{op} (local.get $collected) (local.get $sum)))"),
        };
        let collect = |value| format!("(local.set $collected {}) {take}\n", self.text(value, *element, copy));
        values.iter().map(collect).collect()
    }

    /// What is done if a condition does not hold.
    fn otherwise(&self, guard: &Guard, copy: u32) -> String {
        let Some(other) = &guard.other else { return String::new() };
        let value = self.text(other, self.element, copy);
        let others = self.stored.iter().filter(|store| store.element.ty() == self.element.ty());
        let store: String = others.map(|other| self.store(other, copy, &value)).collect();
        let collect = match &self.sum {
            Some(Sum { op: "add", element, .. }) if element.ty() == self.element.ty() => {
                format!("(local.set $sum ({}.sub (local.get $sum) {value}))", element.ty())
            }
            _ => String::new(),
        };
        format!("(else {store} {collect})")
    }

    /// What is before and behind what is done under a condition.
    fn guard(&self, guard: &Guard, copy: u32) -> (String, String) {
        let ty = self.element.ty();
        let compare = |op: &str, args: &[Expr; 2]| {
            let [left, right] = [0, 1].map(|arg| self.text(&args[arg], self.element, copy));
            format!("({ty}.{op} {left} {right})")
        };
        let first = compare(guard.first.0, &guard.first.1);
        match &guard.second {
            None => (format!("(if {first} (then\n"), format!(") {})", self.otherwise(guard, copy))),
            Some(("if", op, args)) => {
                (format!("(if {first} (then (if {} (then\n", compare(op, args)), "))))".to_owned())
            }
            Some((both, op, args)) => {
                (format!("(if (i32.{both} {first} {}) (then\n", compare(op, args)), "))".to_owned())
            }
        }
    }

    /// The variable for what is stored later.
    fn local(&self, copy: u32, position: usize) -> String {
        format!("$v{}", copy as usize * self.stored.len() + position)
    }

    fn store(&self, store: &Store, copy: u32, value: &str) -> String {
        let address = self.address(store.array, copy as i32, store.behind);
        format!("({} {address} {value})", store.element.store())
    }

    fn load(&self, load: &Load, element: Element, copy: u32) -> String {
        let address = self.address(load.array, copy as i32 + load.ahead, load.behind);
        element.load(load.bytes, load.signed, &address)
    }

    fn counter_step(&self) -> u32 {
        match self.addressing {
            Addressing::ToZero => self.copies * self.element.bytes(),
            _ => self.copies,
        }
    }

    /// What is computed before the loop.
    fn preparation(&self) -> String {
        let elements = format!("(i32.mul (local.get $n) (i32.const {}))", self.copies);
        let mut text = format!("(local.set $end {elements})\n");
        if self.addressing == Addressing::ToZero {
            let bytes = format!("(i32.mul {elements} (i32.const {}))", self.element.bytes());
            for array in ARRAYS {
                let _ = writeln!(text, "(local.set {array} (i32.add (local.get {array}) {bytes}))");
            }
            let _ = writeln!(text, "(local.set $i (i32.sub (i32.const 0) {bytes}))");
        }
        text
    }

    fn condition(&self) -> String {
        match self.counting {
            _ if self.addressing == Addressing::ToZero => "(local.get $i)".to_owned(),
            Counting::Down => "(local.tee $n (i32.sub (local.get $n) (i32.const 1)))".to_owned(),
            Counting::NotEqual => "(i32.ne (local.get $i) (local.get $end))".to_owned(),
            Counting::Less(op) => format!("(i32.{op} (local.get $i) (local.get $end))"),
            Counting::Greater(op) => {
                format!("(i32.{op} (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))")
            }
        }
    }

    /// The address operand of an access and its offset.
    fn address(&self, array: usize, elements: i32, behind: u32) -> String {
        let name = ARRAYS[array];
        let stride = self.strides[array];
        let distance = elements * stride + behind as i32;
        let base = match self.addressing {
            Addressing::Pointers => format!("(local.get {name})"),
            Addressing::Index => {
                let mut index = match stride.count_ones() {
                    1 => format!("(i32.shl (local.get $i) (i32.const {}))", stride.trailing_zeros()),
                    _ => format!("(i32.mul (local.get $i) (i32.const {stride}))"),
                };
                let combination = self.combination(array, distance);
                if combination != "add" && self.offset(distance).is_none() {
                    index = format!("(i32.{combination} {index} (i32.const {distance}))");
                    return format!("offset={} (i32.add (local.get {name}) {index})", self.far);
                }
                format!("(i32.add (local.get {name}) {index})")
            }
            Addressing::ToZero => format!("(i32.add (local.get $i) (local.get {name}))"),
        };
        match self.offset(distance) {
            Some(offset) => format!("offset={offset} {base}"),
            None => format!("offset={} (i32.add {base} (i32.const {distance}))", self.far),
        }
    }

    fn text(&self, expr: &Expr, element: Element, copy: u32) -> String {
        let ty = element.ty();
        let of = |arg: &Expr| self.text(arg, element, copy);
        match expr {
            Expr::Load(load) => self.load(load, element, copy),
            Expr::Scaled(sign, arg) => format!(
                "(i32.trunc_sat_f32_{sign} (f32.mul (f32.convert_i32_{sign} {}) (f32.const 0.75)))",
                of(arg)
            ),
            Expr::Wide(args) => {
                let [left, right] = [0, 1].map(|arg| of(&args[arg]));
                format!("(f32.demote_f64 (f64.mul (f64.promote_f32 {left}) (f64.promote_f32 {right})))")
            }
            Expr::Const(bits) => element.constant(*bits),
            Expr::Fixed => "(local.get $fixed)".to_owned(),
            // In bytes where the loop counts them.
            Expr::Counter => {
                let ahead = match self.addressing {
                    Addressing::ToZero => copy * self.element.bytes(),
                    _ => copy,
                };
                format!("(i32.add (local.get $i) (i32.const {ahead}))")
            }
            Expr::Previous => "(local.get $previous)".to_owned(),
            Expr::Older => "(local.get $older)".to_owned(),
            Expr::Unary(op, arg) => format!("({ty}.{op} {})", of(arg)),
            Expr::Binary(op @ ("add" | "mul" | "and" | "or" | "xor"), left, right)
                if self.turned && copy % 2 == 1 =>
            {
                format!("({ty}.{op} {} {})", of(right), of(left))
            }
            Expr::Binary(op, left, right) => {
                format!("({ty}.{op} {} {})", of(left), of(right))
            }
            Expr::Shift(op, arg, amount) => {
                format!("({ty}.{op} {} ({ty}.const {amount}))", of(arg))
            }
            Expr::Absolute(arg) => {
                let sign = "(local.tee $sign (i32.shr_s (local.get $number) (i32.const 31)))";
                let number = format!("(local.tee $number {})", of(arg));
                format!("(i32.sub (i32.xor {number} {sign}) (local.get $sign))")
            }
            Expr::Select(op, args) => {
                let [yes, no, left, right] = [0, 1, 2, 3].map(|arg| of(&args[arg]));
                format!("(select {yes} {no} ({ty}.{op} {left} {right}))")
            }
            Expr::Branch(op, args) => {
                let [yes, no, left, right] = [0, 1, 2, 3].map(|arg| of(&args[arg]));
                format!("(if (result {ty}) ({ty}.{op} {left} {right}) (then {yes}) (else {no}))")
            }
            Expr::Extended(bits, arg) => format!("({ty}.extend{bits}_s {})", of(arg)),
            Expr::Member(set, args) => {
                let [yes, no, number] = [0, 1, 2].map(|arg| of(&args[arg]));
                format!("(select {yes} {no} (i32.and (i32.shl (i32.const 1) {number}) (i32.const {set})))")
            }
            Expr::Widened(sign, arg) => {
                format!("(i64.extend_i32_{sign} {})", self.text(arg, Element::I32, copy))
            }
            Expr::Narrowed(arg) => format!("(i32.wrap_i64 {})", self.text(arg, Element::I64, copy)),
            Expr::Converted(conversion, from, arg) => {
                format!("({conversion} {})", self.text(arg, *from, copy))
            }
            Expr::ChosenBy(compared, op, args) => {
                let [yes, no] = [0, 1].map(|arg| of(&args[arg]));
                let [left, right] = [2, 3].map(|arg| self.text(&args[arg], *compared, copy));
                format!("(select {yes} {no} ({}.{op} {left} {right}))", compared.ty())
            }
            Expr::LoadEither(loads, op, args) => {
                let [left, right] = [0, 1].map(|arg| of(&args[arg]));
                let condition = format!("({ty}.{op} {left} {right})");
                let [one, other] = loads.map(|load| self.address(load.array, copy as i32, 0));
                match (one.split_once(' '), other.split_once(' ')) {
                    (Some((offset, one)), Some((same, other))) if offset == same => {
                        let mut address = format!("(select {one} {other} {condition})");
                        if loads[0].signed {
                            address = format!("(i32.add (i32.sub {address} (i32.const 8)) (i32.const 8))");
                        }
                        let address = format!("{offset} {address}");
                        element.load(loads[0].bytes, loads[0].signed, &address)
                    }
                    _ => {
                        let [one, other] = loads.map(|load| self.load(&load, element, copy));
                        format!("(if (result {ty}) {condition} (then {one}) (else {other}))")
                    }
                }
            }
            Expr::Saturated(op, bits, signed, args) => {
                let [left, right] = [0, 1].map(|arg| of(&args[arg]));
                let [low, high] = bounds(*bits, *signed);
                let number = format!("(i32.{op} {left} {right})");
                // What is computed twice is one value.
                let low =
                    format!("(select {number} (i32.const {low}) (i32.gt_s {number} (i32.const {low})))");
                format!("(select {low} (i32.const {high}) (i32.lt_s {low} (i32.const {high})))")
            }
        }
    }
}
