/* The ChaCha20 key stream (RFC 8439), xored over a buffer: rotations and additions of 32 bits. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { BYTES = 1 << 16 };
static uint8_t buffer[BYTES];

static inline uint32_t rotate(uint32_t x, int by) { return x << by | x >> (32 - by); }

static inline void quarter(uint32_t *s, int a, int b, int c, int d) {
    s[a] += s[b]; s[d] = rotate(s[d] ^ s[a], 16);
    s[c] += s[d]; s[b] = rotate(s[b] ^ s[c], 12);
    s[a] += s[b]; s[d] = rotate(s[d] ^ s[a], 8);
    s[c] += s[d]; s[b] = rotate(s[b] ^ s[c], 7);
}

static void apply(const uint32_t *key, uint32_t counter, uint8_t *block) {
    uint32_t start[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}, s[16];
    for (int i = 0; i < 8; i++) start[4 + i] = key[i];
    start[12] = counter;
    for (int i = 0; i < 16; i++) s[i] = start[i];
    for (int round = 0; round < 10; round++) {
        quarter(s, 0, 4, 8, 12); quarter(s, 1, 5, 9, 13); quarter(s, 2, 6, 10, 14); quarter(s, 3, 7, 11, 15);
        quarter(s, 0, 5, 10, 15); quarter(s, 1, 6, 11, 12); quarter(s, 2, 7, 8, 13); quarter(s, 3, 4, 9, 14);
    }
    for (int i = 0; i < 64; i++) block[i] ^= (s[i / 4] + start[i / 4]) >> (8 * (i % 4));
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 2500;
    uint32_t key[8] = {1, 2, 3, 4, 5, 6, 7, 8}, counter = 0, sum = 0;
    while (rounds--)
        for (int at = 0; at < BYTES; at += 64) apply(key, counter++, buffer + at);
    for (int i = 0; i < BYTES; i++) sum = sum * 31 + buffer[i];
    printf("chacha %08x\n", sum);
    return 0;
}
