/* A sorted tree of random numbers in a 64-bit memory, beyond its first 4 GiB too. Freestanding: nothing has a C library
 * for 64-bit memories yet. What is wrong is a trap. */

typedef unsigned long size;

enum { PAGE = 65536, COUNT = 20000 };

typedef struct Node {
  struct Node *left, *right;
  unsigned long key;
} Node;

_Static_assert(sizeof(void *) == 8, "made for wasm64");

static char *next;

static void check(int holds) {
  if (!holds) __builtin_trap();
}

/* Adds memory up to an address. */
static void reach(char *address) {
  size pages = __builtin_wasm_memory_size(0), wanted = ((size)address + PAGE - 1) / PAGE;
  if (wanted > pages) check(__builtin_wasm_memory_grow(0, wanted - pages) == pages);
}

static void *take(size bytes) {
  char *taken = next;
  next += bytes;
  reach(next);
  return taken;
}

static Node **find(Node **at, unsigned long key) {
  while (*at && (*at)->key != key) at = key < (*at)->key ? &(*at)->left : &(*at)->right;
  return at;
}

static unsigned long last, seen;

static void visit(const Node *node) {
  if (!node) return;
  visit(node->left);
  check(!seen || last < node->key);
  last = node->key;
  seen++;
  visit(node->right);
}

static void build(char *from) {
  Node *root = 0;
  unsigned long random = 88172645463325252ul, distinct = 0;
  next = from;
  for (int i = 0; i < COUNT; i++) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    Node **place = find(&root, random % (4 * COUNT));
    if (*place) continue;
    Node *node = take(sizeof *node);
    check((size)node->key == 0);
    __builtin_memcpy(node, &(Node){0, 0, random % (4 * COUNT)}, sizeof *node);
    *place = node;
    distinct++;
  }
  last = seen = 0;
  visit(root);
  check(seen == distinct && distinct > COUNT / 2);
}

void _start(void) {
  extern char __heap_base;
  build(&__heap_base);
  build((char *)(5ul << 30)); /* Addresses of 33 bits. */
}
