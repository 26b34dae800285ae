/*
 * A plain asynchronous NFS 4.1 client to compare with: random READs or WRITEs of one file, always as many under way. One thread,
 * one connection, one session with a slot for each operation; requests are encoded by hand, those of a turn leave by one system
 * call, and it sleeps in recv(2).
 *
 *   nfs-client PORT DIRECTORY/.../FILE read|write BLOCK DEPTH WARM-UP-SECONDS SECONDS
 *
 * Prints one line: operations a second, median and 99 % latency and own processor time for an operation, in microseconds.
 * It trusts the server, and ends at the first error.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define DEPTH_MAX 64
#define BLOCK_MAX (1 << 20)
#define HEAD_MAX 512
#define INPUT_BYTES (8 << 20)
#define MESSAGE_MAX (BLOCK_MAX + HEAD_MAX)
#define BUCKET_NANOS 100
#define BUCKETS 10000000 /* a second; what took longer counts as that */
#define LAST_FRAGMENT 0x80000000u

/* Operations of RFC 8881. */
enum {
    GETATTR = 9, GETFH = 10, LOOKUP = 15, OPEN = 18, PUTFH = 22, PUTROOTFH = 24, READ = 25, WRITE = 38,
    EXCHANGE_ID = 42, CREATE_SESSION = 43, SEQUENCE = 53, RECLAIM_COMPLETE = 58
};

struct slot {
    char head[HEAD_MAX];
    uint32_t bytes, sequence;
    double begun;
};

static int connection, writing, ending, measuring;
static uint32_t block, depth, under_way;
static struct slot slots[DEPTH_MAX];
static struct iovec leaving[2 * DEPTH_MAX];
static int leaving_count;
static char input[INPUT_BYTES], data[BLOCK_MAX], handle[128], session[16], state[16];
static uint32_t handle_bytes;
static char *at; /* what is read next of a reply */
static size_t input_begin, input_end;
static uint64_t blocks, completed, random_state = 20261121;
static unsigned latencies[BUCKETS];

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("nfs-client: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double processor_seconds(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

/* xorshift64 */
static uint64_t dice(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    return random_state ^= random_state << 17;
}

static void put(struct slot *to, uint32_t value) {
    value = htobe32(value);
    memcpy(to->head + to->bytes, &value, 4);
    to->bytes += 4;
}

static void put64(struct slot *to, uint64_t value) {
    put(to, value >> 32);
    put(to, (uint32_t)value);
}

static void put_bytes(struct slot *to, const void *from, uint32_t bytes) {
    memset(to->head + to->bytes, 0, (bytes + 3) & ~3u);
    memcpy(to->head + to->bytes, from, bytes);
    to->bytes += (bytes + 3) & ~3u;
}

static void put_opaque(struct slot *to, const void *from, uint32_t bytes) {
    put(to, bytes);
    put_bytes(to, from, bytes);
}

static uint32_t get(void) {
    uint32_t value;
    memcpy(&value, at, 4);
    at += 4;
    return be32toh(value);
}

static uint64_t get64(void) {
    uint64_t high = get();
    return high << 32 | get();
}

static void skip(uint32_t bytes) { at += (bytes + 3) & ~3u; }

/* An RPC call as root by AUTH_SYS, up to the operations of its COMPOUND. */
static void begin_call(struct slot *call, uint32_t operations) {
    const uint32_t head[] = {0, call - slots, 0, 2, 100003, 4, 1, 1, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, operations};
    call->bytes = 0;
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        put(call, head[i]);
    }
}

static void begin_sequence(struct slot *call, uint32_t operations) {
    begin_call(call, operations + 1);
    put(call, SEQUENCE);
    put_bytes(call, session, sizeof session);
    put(call, ++call->sequence);
    put(call, call - slots);
    put(call, depth - 1);
    put(call, 0);
}

/* The call leaves with the others of this turn, and data behind it. */
static void leave(struct slot *call, uint32_t data_bytes) {
    uint32_t mark = htobe32(LAST_FRAGMENT | (call->bytes - 4 + data_bytes));
    memcpy(call->head, &mark, 4);
    leaving[leaving_count++] = (struct iovec){call->head, call->bytes};
    if (data_bytes > 0) {
        leaving[leaving_count++] = (struct iovec){data, data_bytes};
    }
}

static void flush(void) {
    struct iovec *next = leaving;
    while (leaving_count > 0) {
        ssize_t sent = writev(connection, next, leaving_count < IOV_MAX ? leaving_count : IOV_MAX);
        if (sent < 0) {
            die("sending: %s", strerror(errno));
        }
        while (leaving_count > 0 && (size_t)sent >= next->iov_len) {
            sent -= next->iov_len;
            next++;
            leaving_count--;
        }
        if (leaving_count > 0) {
            next->iov_base = (char *)next->iov_base + sent;
            next->iov_len -= sent;
        }
    }
}

/* Whether a whole reply is here; then at is behind its XID, which is the number of its slot. */
static struct slot *received(void) {
    size_t here = input_end - input_begin;
    uint32_t bytes, xid;
    if (here < 8) {
        return NULL;
    }
    at = input + input_begin;
    bytes = get();
    if (!(bytes & LAST_FRAGMENT) || (bytes & ~LAST_FRAGMENT) > MESSAGE_MAX) {
        die("a fragment of %u bytes", bytes & ~LAST_FRAGMENT);
    }
    bytes &= ~LAST_FRAGMENT;
    if (here < bytes + 4) {
        return NULL;
    }
    xid = get();
    if (xid >= DEPTH_MAX) {
        die("a reply to nothing");
    }
    input_begin += bytes + 4;
    return &slots[xid];
}

static void receive(void) {
    if (input_begin == input_end) {
        input_begin = input_end = 0;
    } else if (INPUT_BYTES - input_begin < MESSAGE_MAX) {
        memmove(input, input + input_begin, input_end -= input_begin);
        input_begin = 0;
    }
    ssize_t got = recv(connection, input + input_end, INPUT_BYTES - input_end, 0);
    if (got <= 0) {
        die("receiving: %s", got == 0 ? "the server closed the connection" : strerror(errno));
    }
    input_end += got;
}

/* Behind the XID of a reply: it was accepted, and so was the COMPOUND. */
static void accepted(void) {
    if (get() != 1 || get() != 0) {
        die("the call was denied");
    }
    get();
    skip(get());
    if (get() != 0) {
        die("the call was not understood");
    }
    uint32_t status = get();
    if (status != 0) {
        die("the server says %u", status);
    }
    skip(get());
    get();
}

static void result(uint32_t operation) {
    uint32_t done = get(), status = get();
    if (done != operation || status != 0) {
        die("operation %u: %u, status %u", operation, done, status);
    }
}

static void sequence_result(void) {
    result(SEQUENCE);
    at += sizeof session + 20;
}

static void ask(struct slot *call) {
    leave(call, 0);
    flush();
    while (received() == NULL) {
        receive();
    }
    accepted();
}

static void put_channel(struct slot *to) {
    const uint32_t channel[] = {0, MESSAGE_MAX, MESSAGE_MAX, 1024, 16, DEPTH_MAX, 0};
    for (size_t i = 0; i < sizeof channel / sizeof *channel; i++) {
        put(to, channel[i]);
    }
}

static uint64_t begin_session(void) {
    struct slot *call = slots;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    begin_call(call, 1);
    put(call, EXCHANGE_ID);
    put64(call, time.tv_sec * 1000000000ull + time.tv_nsec); /* anew each time: the server forgets what was open before */
    put_opaque(call, "nfs-client", 10);
    put(call, 0x10000); /* USE_NON_PNFS */
    put64(call, 0);     /* SP4_NONE, no implementation */
    ask(call);
    result(EXCHANGE_ID);
    uint64_t client = get64();
    uint32_t sequence = get();

    begin_call(call, 1);
    put(call, CREATE_SESSION);
    put64(call, client);
    put(call, sequence);
    put(call, 0);
    put_channel(call);
    put_channel(call);
    put(call, 0x40000000); /* our program, which nobody calls */
    put64(call, 1ull << 32); /* one flavour: AUTH_NONE */
    ask(call);
    result(CREATE_SESSION);
    memcpy(session, at, sizeof session);
    at += sizeof session + 4 + 4 + 5 * 4;
    uint32_t granted = get();
    if (granted < depth) {
        die("the server grants %u slots", granted);
    }

    begin_sequence(call, 1);
    put(call, RECLAIM_COMPLETE);
    put(call, 0);
    ask(call);
    return client;
}

/* Opens the file; returns its size. */
static uint64_t open_file(uint64_t client, char *path) {
    char *names[16];
    uint32_t count = 0;
    for (char *name = strtok(path, "/"); name != NULL && count < 16; name = strtok(NULL, "/")) {
        names[count++] = name;
    }
    if (count == 0 || strlen(names[count - 1]) > 100) {
        die("no file");
    }
    struct slot *call = slots;
    begin_sequence(call, count + 3);
    put(call, PUTROOTFH);
    for (uint32_t i = 0; i + 1 < count; i++) {
        if (strlen(names[i]) > 40 || call->bytes > HEAD_MAX - 200) {
            die("too long a path");
        }
        put(call, LOOKUP);
        put_opaque(call, names[i], strlen(names[i]));
    }
    put(call, OPEN);
    put(call, 0);
    put(call, writing ? 3 : 1);
    put(call, 0);
    put64(call, client);
    put_opaque(call, "owner", 5);
    put64(call, 0); /* NOCREATE, CLAIM_NULL */
    put_opaque(call, names[count - 1], strlen(names[count - 1]));
    put(call, GETFH);
    put(call, GETATTR);
    put64(call, 1ull << 32 | 1 << 4); /* one word: size */
    ask(call);
    sequence_result();
    result(PUTROOTFH);
    for (uint32_t i = 0; i + 1 < count; i++) {
        result(LOOKUP);
    }
    result(OPEN);
    memset(state, 0, 4); /* sequence 0: the newest */
    memcpy(state + 4, at + 4, 12);
    at += sizeof state + 20 + 4;
    skip(4 * get());
    if (get() != 0) {
        die("a delegation, which nobody asked for");
    }
    result(GETFH);
    handle_bytes = get();
    if (handle_bytes > sizeof handle) {
        die("a handle of %u bytes", handle_bytes);
    }
    memcpy(handle, at, handle_bytes);
    skip(handle_bytes);
    result(GETATTR);
    skip(4 * get());
    get();
    return get64();
}

static void begin(struct slot *some) {
    begin_sequence(some, 2);
    put(some, PUTFH);
    put_opaque(some, handle, handle_bytes);
    put(some, writing ? WRITE : READ);
    put_bytes(some, state, sizeof state);
    put64(some, dice() % blocks * block);
    if (writing) {
        put(some, 0); /* UNSTABLE */
    }
    put(some, block);
    some->begun = now();
    leave(some, writing ? block : 0);
    under_way++;
}

static void ended(struct slot *some) {
    accepted();
    sequence_result();
    result(PUTFH);
    result(writing ? WRITE : READ);
    if (!writing) {
        get();
    }
    uint32_t bytes = get();
    if (bytes != block) {
        die("%u bytes of %u", bytes, block);
    }
    if (!writing) {
        memcpy(data, at, block); /* where a guest's memory would be */
    }
    under_way--;
    if (measuring) {
        double buckets = (now() - some->begun) * 1e9 / BUCKET_NANOS;
        latencies[buckets < BUCKETS ? (int)buckets : BUCKETS - 1]++;
        completed++;
    }
    if (!ending) {
        begin(some);
    }
}

static void turn(void) {
    receive();
    for (struct slot *some; (some = received()) != NULL;) {
        ended(some);
    }
    flush();
}

static void run(double seconds) {
    for (double end = now() + seconds; now() < end;) {
        turn();
    }
}

static double percentile(double part) {
    uint64_t seen = 0;
    long i = 0;
    while (i < BUCKETS && (seen += latencies[i]) < completed * part) {
        i++;
    }
    return i * BUCKET_NANOS / 1e3;
}

int main(int count, char **words) {
    if (count != 8) {
        die("PORT FILE read|write BLOCK DEPTH WARM-UP-SECONDS SECONDS");
    }
    writing = strcmp(words[3], "write") == 0;
    block = atoi(words[4]);
    depth = atoi(words[5]);
    double warm_up = atof(words[6]), seconds = atof(words[7]);
    if (block < 4 || block % 4 != 0 || block > BLOCK_MAX || depth < 1 || depth > DEPTH_MAX || seconds <= 0) {
        die("a block has 4 to %d bytes, the depth is 1 to %d", BLOCK_MAX, DEPTH_MAX);
    }
    struct sockaddr_in server = {
        .sin_family = AF_INET, .sin_port = htons(atoi(words[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int yes = 1;
    connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection < 0 || connect(connection, (struct sockaddr *)&server, sizeof server) ||
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes)) {
        die("connecting: %s", strerror(errno));
    }
    blocks = open_file(begin_session(), words[2]) / block;
    if (blocks == 0) {
        die("the file has no block of %u bytes", block);
    }
    for (uint32_t i = 0; i < depth; i++) {
        begin(&slots[i]);
    }
    flush();
    run(warm_up);
    measuring = 1;
    double processor = processor_seconds(), start = now();
    run(seconds);
    double taken = now() - start;
    processor = processor_seconds() - processor;
    measuring = 0;
    ending = 1;
    while (under_way > 0) {
        turn();
    }
    if (completed == 0) {
        die("nothing was answered in %g seconds", seconds);
    }
    printf("%.1f %.1f %.1f %.2f\n", completed / taken, percentile(0.5), percentile(0.99), processor * 1e6 / completed);
    return 0;
}
