/* Filters of a grey image of bytes: a blur of three by three, edges, a mix of two images, and a histogram. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 640, HEIGHT = 480 };
typedef uint8_t image[HEIGHT][WIDTH];
static image source, blurred, edges, mixed;

static void blur(image to, image from) {
    for (int y = 1; y < HEIGHT - 1; y++)
        for (int x = 1; x < WIDTH - 1; x++) {
            int sum = 0;
            for (int v = -1; v <= 1; v++)
                for (int u = -1; u <= 1; u++) sum += from[y + v][x + u] * (2 - (u != 0)) * (2 - (v != 0));
            to[y][x] = sum >> 4;
        }
}

static void find_edges(image to, image from) {
    for (int y = 1; y < HEIGHT - 1; y++)
        for (int x = 1; x < WIDTH - 1; x++) {
            int across = from[y][x + 1] - from[y][x - 1], down = from[y + 1][x] - from[y - 1][x];
            int size = abs(across) + abs(down);
            to[y][x] = size > 255 ? 255 : size;
        }
}

static void mix(image to, image one, image other, int part) {
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) to[y][x] = (one[y][x] * part + other[y][x] * (256 - part)) >> 8;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 1000;
    uint32_t seed = 1, sum = 0, counts[256] = {0};
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) source[y][x] = (seed = seed * 1664525 + 1013904223) >> 24;
    for (int round = 0; round < rounds; round++) {
        blur(blurred, source);
        find_edges(edges, blurred);
        mix(mixed, edges, source, 100 + round % 64);
        mix(source, mixed, blurred, 200);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) counts[mixed[y][x]]++;
    }
    for (int i = 0; i < 256; i++) sum = sum * 31 + counts[i];
    printf("filter %08x\n", sum);
    return 0;
}
