/* LU and Cholesky decompositions: nests of loops whose inner bounds follow the outer counters. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 320 };
static double a[N][N], l[N][N], x[N];

static void fill(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) a[i][j] = i == j ? N : 1.0 / (1 + i + j);
}

static void lu(void) {
    for (int k = 0; k < N; k++)
        for (int i = k + 1; i < N; i++) {
            double factor = a[i][k] /= a[k][k];
            for (int j = k + 1; j < N; j++) a[i][j] -= factor * a[k][j];
        }
}

static void cholesky(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (int k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
            l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
        }
}

/* Solves with both factors, one row after the other. */
static double solve(void) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
        x[i] = 1;
        for (int j = 0; j < i; j++) x[i] -= l[i][j] * x[j];
        x[i] /= l[i][i];
    }
    for (int i = N - 1; i >= 0; i--) {
        for (int j = i + 1; j < N; j++) x[i] -= l[j][i] * x[j];
        x[i] /= l[i][i];
        sum += x[i];
    }
    return sum;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 40;
    double sum = 0;
    while (rounds--) {
        fill();
        cholesky();
        sum += solve();
        lu();
        sum += a[N - 1][N - 1];
    }
    printf("factor %.9e\n", sum);
    return 0;
}
