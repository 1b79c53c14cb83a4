/* Powers modulo 2^255 - 19: products of four words of 64 bits, each of which has 128 bits. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef unsigned __int128 wide;
typedef struct { uint64_t word[4]; } number;

static number multiply(number a, number b) {
    uint64_t product[8] = {0};
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 4; j++) {
            wide sum = (wide)a.word[i] * b.word[j] + product[i + j] + carry;
            product[i + j] = sum;
            carry = sum >> 64;
        }
        product[i + 4] = carry;
    }
    /* 2^256 is 38. What overflows once more is less than 38, and then its product does not. */
    number result;
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        wide sum = (wide)product[i + 4] * 38 + product[i] + carry;
        result.word[i] = sum;
        carry = sum >> 64;
    }
    carry *= 38;
    for (int i = 0; i < 4; i++) {
        wide sum = (wide)result.word[i] + carry;
        result.word[i] = sum;
        carry = sum >> 64;
    }
    result.word[0] += carry * 38;
    return result;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 250000;
    number base = {{9, 8, 7, 6}}, result = {{1, 0, 0, 0}};
    while (rounds--) {
        number power = base;
        for (uint64_t exponent = 0x9e3779b97f4a7c15; exponent; exponent >>= 1) {
            if (exponent & 1) result = multiply(result, power);
            power = multiply(power, power);
        }
        base.word[rounds & 3] ^= result.word[0];
    }
    printf("modmul");
    for (int i = 3; i >= 0; i--) printf(" %016llx", (unsigned long long)result.word[i]);
    printf("\n");
    return 0;
}
