/* A dictionary coder in the manner of LZ77: it looks for matches by a hash of four bytes, and copies them back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 1 << 20, SLOTS = 1 << 14, LEAST = 4, MOST = 255, WINDOW = 65535 };
static uint8_t text[BYTES], packed[BYTES * 2], unpacked[BYTES];
static int32_t slots[SLOTS];

static uint32_t random_state = 2463534242u;
static uint32_t next(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    return random_state ^= random_state << 5;
}

/* Words of a small vocabulary, some of them misspelled. */
static void write_text(void) {
    static const char *words[] = {"memory", "table", "of", "the", "function", "is", "a", "linear", "and", "trap"};
    for (int at = 0; at < BYTES;) {
        const char *word = words[next() % 10];
        for (int i = 0; word[i] && at < BYTES; i++) text[at++] = next() % 64 ? word[i] : 'a' + next() % 26;
        if (at < BYTES) text[at++] = ' ';
    }
}

static uint32_t hash(const uint8_t *at) {
    uint32_t four;
    memcpy(&four, at, 4);
    return (four * 2654435761u) >> 18;
}

static int match(const uint8_t *one, const uint8_t *other, int most) {
    int len = 0;
    while (len < most && one[len] == other[len]) len++;
    return len;
}

/* A byte 0 and a literal, or a length and two bytes of distance. */
static int pack(void) {
    int out = 0;
    for (int i = 0; i < SLOTS; i++) slots[i] = -1;
    for (int at = 0; at < BYTES;) {
        int len = 0, distance = 0;
        if (at + LEAST <= BYTES) {
            int32_t *slot = &slots[hash(text + at)];
            distance = at - *slot;
            if (*slot >= 0 && distance <= WINDOW) len = match(text + *slot, text + at, BYTES - at < MOST ? BYTES - at : MOST);
            *slot = at;
        }
        if (len >= LEAST) {
            packed[out++] = len;
            packed[out++] = distance;
            packed[out++] = distance >> 8;
            at += len;
        } else {
            packed[out++] = 0;
            packed[out++] = text[at++];
        }
    }
    return out;
}

static void unpack(int len) {
    int out = 0;
    for (int at = 0; at < len;) {
        int count = packed[at];
        if (!count) {
            unpacked[out++] = packed[at + 1];
            at += 2;
            continue;
        }
        int distance = packed[at + 1] | packed[at + 2] << 8;
        for (int i = 0; i < count; i++, out++) unpacked[out] = unpacked[out - distance];
        at += 3;
    }
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 90, len = 0;
    write_text();
    while (rounds--) {
        len = pack();
        unpack(len);
        if (memcmp(text, unpacked, BYTES)) return 1;
        text[next() % BYTES]++;
    }
    printf("lz %d\n", len);
    return 0;
}
