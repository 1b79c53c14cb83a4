/* Counts words: splits text, looks words up in a tree and in a hash table, and copies those that are new. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 1 << 20, SLOTS = 1 << 12 };
typedef struct node {
    struct node *left, *right, *next;
    unsigned count;
    char word[];
} node;
static char text[BYTES];
static node *root, *table[SLOTS];

static void write_text(void) {
    uint32_t seed = 7;
    for (int at = 0; at < BYTES - 1;) {
        int number = (seed = seed * 1103515245 + 12345) >> 20;
        number = number * number >> 13;
        char word[16];
        snprintf(word, sizeof word, number % 3 ? "w%xo%xd" : "Item%d", number, number * 7);
        for (int i = 0; word[i] && at < BYTES - 2; i++) text[at++] = word[i];
        text[at++] = number % 5 ? ' ' : '\n';
    }
}

static node *find_in_tree(const char *word, size_t len) {
    node **at = &root;
    while (*at) {
        int order = strcmp(word, (*at)->word);
        if (!order) return *at;
        at = order < 0 ? &(*at)->left : &(*at)->right;
    }
    *at = calloc(1, sizeof(node) + len + 1);
    return strcpy((*at)->word, word), *at;
}

static node *find_in_table(const char *word, size_t len) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++) hash = (hash ^ (uint8_t)word[i]) * 16777619u;
    node **slot = &table[hash % SLOTS];
    for (node *at = *slot; at; at = at->next)
        if (strlen(at->word) == len && !memcmp(at->word, word, len)) return at;
    node *new = calloc(1, sizeof(node) + len + 1);
    memcpy(new->word, word, len + 1);
    new->next = *slot;
    return *slot = new;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 18;
    unsigned words = 0, most = 0;
    write_text();
    while (rounds--)
        for (const char *at = text; *at;) {
            char word[32];
            size_t len = 0;
            while (isspace((unsigned char)*at)) at++;
            while (*at && !isspace((unsigned char)*at) && len < sizeof word - 1) word[len++] = tolower((unsigned char)*at++);
            word[len] = 0;
            if (!len) continue;
            unsigned count = ++find_in_tree(word, len)->count + ++find_in_table(word, len)->count;
            if (count > most) most = count;
            words++;
        }
    printf("words %u %u\n", words, most);
    return 0;
}
