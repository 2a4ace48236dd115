;; Copies the text of a JavaScript string into the engine's memory as UTF-8.
;;
;; A call of TextEncoder.encodeInto costs more than a short text is worth, and texts would have to be joined first. The
;; string builtins of WebAssembly (https://github.com/WebAssembly/js-string-builtins) copy the code units at the speed
;; of memory, and narrowing them here costs as much again. Rust has no way to import these builtins, hence this module;
;; src/wasm/copy.js holds it assembled.
(module
  (type $units (array (mut i16)))
  (import "wasm:js-string" "intoCharCodeArray"
    (func $into (param externref (ref null $units) i32) (result i32)))
  (import "engine" "memory" (memory 1))

  ;; The code units of the text. As many as MAX_UNITS in copy.js, a longer text does not come here, and eight more.
  (global $buffer (ref $units) (array.new_default $units (i32.const 16392)))

  ;; Writes the text at $to and U+001E behind it, and gives where the next one may begin, or 0 when they might not fit
  ;; before $end: a byte a unit, and three from the first one on that is not ASCII.
  (func (export "copy") (param $text externref) (param $to i32) (param $end i32) (result i32)
    (local $from (ref $units)) (local $count i32) (local $i i32) (local $stop i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $e i32) (local $f i32) (local $g i32) (local $h i32)
    (local.set $from (global.get $buffer))
    (local.set $count (call $into (local.get $text) (local.get $from) (i32.const 0)))
    (if (i32.ge_u (local.get $count) (i32.sub (local.get $end) (local.get $to)))
      (then (return (i32.const 0))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
      ;; Eight units at a time, as long as they are ASCII. Those behind the last one are what earlier texts have left;
      ;; what becomes of them is written over.
      (if (i32.ge_u (i32.sub (local.get $end) (local.get $to)) (i32.const 8))
        (then
          (local.set $a (array.get_u $units (local.get $from) (local.get $i)))
          (local.set $b (array.get_u $units (local.get $from) (i32.add (local.get $i) (i32.const 1))))
          (local.set $c (array.get_u $units (local.get $from) (i32.add (local.get $i) (i32.const 2))))
          (local.set $d (array.get_u $units (local.get $from) (i32.add (local.get $i) (i32.const 3))))
          (local.set $e (array.get_u $units (local.get $from) (i32.add (local.get $i) (i32.const 4))))
          (local.set $f (array.get_u $units (local.get $from) (i32.add (local.get $i) (i32.const 5))))
          (local.set $g (array.get_u $units (local.get $from) (i32.add (local.get $i) (i32.const 6))))
          (local.set $h (array.get_u $units (local.get $from) (i32.add (local.get $i) (i32.const 7))))
          (if (i32.lt_u
                (i32.or
                  (i32.or (i32.or (local.get $a) (local.get $b)) (i32.or (local.get $c) (local.get $d)))
                  (i32.or (i32.or (local.get $e) (local.get $f)) (i32.or (local.get $g) (local.get $h))))
                (i32.const 0x80))
            (then
              (i32.store align=1 (local.get $to)
                (i32.or
                  (i32.or (local.get $a) (i32.shl (local.get $b) (i32.const 8)))
                  (i32.or (i32.shl (local.get $c) (i32.const 16)) (i32.shl (local.get $d) (i32.const 24)))))
              (i32.store offset=4 align=1 (local.get $to)
                (i32.or
                  (i32.or (local.get $e) (i32.shl (local.get $f) (i32.const 8)))
                  (i32.or (i32.shl (local.get $g) (i32.const 16)) (i32.shl (local.get $h) (i32.const 24)))))
              (local.set $to (i32.add (local.get $to) (i32.const 8)))
              (local.set $i (i32.add (local.get $i) (i32.const 8)))
              (br $next)))))
      (local.set $stop (i32.add (local.get $i) (i32.const 8)))
      (if (i32.gt_u (local.get $stop) (local.get $count)) (then (local.set $stop (local.get $count))))
      ;; One at a time.
      (block $passed
        (loop $one
          (br_if $passed (i32.ge_u (local.get $i) (local.get $stop)))
          (local.set $a (array.get_u $units (local.get $from) (local.get $i)))
          (if (i32.lt_u (local.get $a) (i32.const 0x80))
            (then
              (i32.store8 (local.get $to) (local.get $a))
              (local.set $to (i32.add (local.get $to) (i32.const 1)))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br $one)))
          (if (i32.ge_u
                (i32.mul (i32.sub (local.get $count) (local.get $i)) (i32.const 3))
                (i32.sub (local.get $end) (local.get $to)))
            (then (return (i32.const 0))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (if (i32.lt_u (local.get $a) (i32.const 0x800))
            (then
              (i32.store8 (local.get $to) (i32.or (i32.const 0xc0) (i32.shr_u (local.get $a) (i32.const 6))))
              (i32.store8 offset=1 (local.get $to) (call $low6 (local.get $a)))
              (local.set $to (i32.add (local.get $to) (i32.const 2)))
              (br $one)))
          (if (i32.eq (i32.and (local.get $a) (i32.const 0xf800)) (i32.const 0xd800))
            (then
              (local.set $b (i32.const 0))
              (if (i32.lt_u (local.get $i) (local.get $count))
                (then (local.set $b (array.get_u $units (local.get $from) (local.get $i)))))
              (if (i32.and
                    (i32.lt_u (local.get $a) (i32.const 0xdc00))
                    (i32.eq (i32.and (local.get $b) (i32.const 0xfc00)) (i32.const 0xdc00)))
                (then
                  ;; 0x35fdc00 is what the two have too much: (0xd800 << 10) + 0xdc00 - 0x10000.
                  (local.set $a (i32.sub
                    (i32.add (i32.shl (local.get $a) (i32.const 10)) (local.get $b))
                    (i32.const 0x35fdc00)))
                  (local.set $i (i32.add (local.get $i) (i32.const 1)))
                  (i32.store8 (local.get $to) (i32.or (i32.const 0xf0) (i32.shr_u (local.get $a) (i32.const 18))))
                  (i32.store8 offset=1 (local.get $to) (call $low6 (i32.shr_u (local.get $a) (i32.const 12))))
                  (i32.store8 offset=2 (local.get $to) (call $low6 (i32.shr_u (local.get $a) (i32.const 6))))
                  (i32.store8 offset=3 (local.get $to) (call $low6 (local.get $a)))
                  (local.set $to (i32.add (local.get $to) (i32.const 4)))
                  (br $one)))
              ;; A lone surrogate becomes U+FFFD, as everywhere on the web.
              (local.set $a (i32.const 0xfffd))))
          (i32.store8 (local.get $to) (i32.or (i32.const 0xe0) (i32.shr_u (local.get $a) (i32.const 12))))
          (i32.store8 offset=1 (local.get $to) (call $low6 (i32.shr_u (local.get $a) (i32.const 6))))
          (i32.store8 offset=2 (local.get $to) (call $low6 (local.get $a)))
          (local.set $to (i32.add (local.get $to) (i32.const 3)))
          (br $one)))
      (br $next)))
    (if (i32.gt_u (local.get $i) (local.get $count))
      (then (local.set $to (i32.sub (local.get $to) (i32.sub (local.get $i) (local.get $count))))))
    (i32.store8 (local.get $to) (i32.const 0x1e))
    (i32.add (local.get $to) (i32.const 1)))

  ;; The lowest six bits as a byte that continues a sequence.
  (func $low6 (param $bits i32) (result i32)
    (i32.or (i32.const 0x80) (i32.and (local.get $bits) (i32.const 0x3f))))
)
