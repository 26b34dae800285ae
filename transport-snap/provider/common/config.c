#define _GNU_SOURCE
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 512

int fail(char *err, uint32_t errlen, int code, const char *format, ...)
{
    if (err && errlen > 0) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(err, errlen, format, arguments);
        va_end(arguments);
    }
    return -code;
}

void copy_text(char *to, size_t size, const char *from)
{
    size_t length = strnlen(from, size - 1);
    memcpy(to, from, length);
    to[length] = 0;
}

/* A number from min to max, decimal digits only. */
static bool number(const char *text, uint32_t min, uint32_t max, uint32_t *out)
{
    uint64_t value = 0;
    if (!*text || strlen(text) > 10) {
        return false;
    }
    for (; *text; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        value = value * 10 + (uint64_t)(*text - '0');
    }
    *out = (uint32_t)value;
    return value >= min && value <= max;
}

static bool listed(const char *const *keys, const char *key)
{
    for (; keys && *keys; keys++) {
        if (!strcmp(*keys, key)) {
            return true;
        }
    }
    return false;
}

static bool add_own(struct config_own *own, int *count, const char *key, const char *value)
{
    if (*count == CONFIG_OWN_MAX || strlen(key) >= sizeof own->key) {
        return false;
    }
    copy_text(own[*count].key, sizeof own->key, key);
    copy_text(own[*count].value, sizeof own->value, value);
    (*count)++;
    return true;
}

static bool text(char *to, size_t size, const char *value)
{
    if (!*value || strlen(value) >= size) {
        return false;
    }
    copy_text(to, size, value);
    return true;
}

static bool architecture(const char *value, uint16_t *out)
{
    if (!strcmp(value, "x86_64")) {
        *out = VFSP_ARCH_X86_64;
    } else if (!strcmp(value, "aarch64")) {
        *out = VFSP_ARCH_AARCH64;
    } else {
        *out = VFSP_ARCH_NATIVE;
        return !strcmp(value, "native");
    }
    return true;
}

enum outcome { TAKEN, BAD_VALUE, UNKNOWN_KEY };

static enum outcome device_key(
    struct config_device *device, const char *key, const char *value, const char *const *own_keys)
{
    uint32_t n = 0;
    bool ok;
    if (!strcmp(key, "function")) {
        ok = text(device->function, sizeof device->function, value);
    } else if (!strcmp(key, "tag")) {
        ok = text(device->tag, sizeof device->tag, value);
    } else if (!strcmp(key, "request_queues")) {
        ok = number(value, 1, CONFIG_QUEUES_MAX, &n);
        device->request_queues = (uint16_t)n;
    } else if (!strcmp(key, "queue_size")) {
        ok = number(value, 2, 32768, &n) && (n & (n - 1)) == 0;
        device->queue_size = (uint16_t)n;
    } else if (!strcmp(key, "client_arch")) {
        ok = architecture(value, &device->client_arch);
    } else if (!strcmp(key, "group")) {
        ok = number(value, 0, CONFIG_GROUPS_MAX - 1, &n);
        device->group = (uint16_t)n;
        device->group_given = true;
    } else if (!strcmp(key, "mock")) {
        ok = number(value, 0, 1, &n);
        device->mock = n == 1;
    } else if (listed(own_keys, key)) {
        ok = add_own(device->own, &device->own_count, key, value);
    } else {
        return UNKNOWN_KEY;
    }
    device->named = true;
    return ok ? TAKEN : BAD_VALUE;
}

static enum outcome global_key(
    struct config *config, const char *key, const char *value, const char *const *global_own)
{
    uint32_t n = 0;
    bool ok;
    if (!strcmp(key, "manager")) {
        ok = text(config->manager, sizeof config->manager, value);
    } else if (!strcmp(key, "groups")) {
        ok = number(value, 1, CONFIG_GROUPS_MAX, &n);
        config->groups = (uint16_t)n;
    } else if (!strcmp(key, "pool_mb")) {
        ok = number(value, 1, 1 << 20, &n);
        config->pool_mb = n;
    } else if (listed(global_own, key)) {
        ok = add_own(config->own, &config->own_count, key, value);
    } else {
        return UNKNOWN_KEY;
    }
    return ok ? TAKEN : BAD_VALUE;
}

/* dev.N.key: returns key and sets N; NULL when it is no such thing. */
static const char *device_of(const char *key, uint32_t *out)
{
    char digits[8];
    size_t length;
    if (strncmp(key, "dev.", 4) != 0) {
        return NULL;
    }
    length = strcspn(key + 4, ".");
    if (length == 0 || length >= sizeof digits || key[4 + length] != '.') {
        return NULL;
    }
    memcpy(digits, key + 4, length);
    digits[length] = 0;
    return number(digits, 0, CONFIG_DEVICES_MAX - 1, out) ? key + 5 + length : NULL;
}

static int read_line(struct config *config, char *line, const char *const *own_keys, const char *const *global_own,
    char *err, uint32_t errlen)
{
    char *value = strchr(line, '=');
    const char *key;
    uint32_t n;
    enum outcome outcome;
    if (!value) {
        return fail(err, errlen, EINVAL, "not a line key=value: %.60s", line);
    }
    *value++ = 0;
    key = device_of(line, &n);
    outcome = key ? device_key(&config->device[n], key, value, own_keys) : global_key(config, line, value, global_own);
    if (outcome == UNKNOWN_KEY) {
        return fail(err, errlen, EINVAL, "unknown key %.60s", line);
    }
    if (outcome == BAD_VALUE) {
        return fail(err, errlen, EINVAL, "%.60s cannot be %.60s", line, value);
    }
    return 0;
}

static int read_lines(struct config *config, const char *kv, const char *const *own_keys,
    const char *const *global_own, char *err, uint32_t errlen)
{
    char line[LINE_MAX_BYTES];
    while (*kv) {
        size_t length = strcspn(kv, "\n");
        int result;
        if (length >= sizeof line) {
            return fail(err, errlen, EINVAL, "a line is longer than %d bytes", LINE_MAX_BYTES - 1);
        }
        memcpy(line, kv, length);
        line[length] = 0;
        kv += length;
        kv += *kv == '\n';
        result = length == 0 ? 0 : read_line(config, line, own_keys, global_own, err, errlen);
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

static int check(struct config *config, char *err, uint32_t errlen)
{
    int i;
    for (i = 0; i < CONFIG_DEVICES_MAX; i++) {
        struct config_device *device = &config->device[i];
        if (!device->named) {
            continue;
        }
        if (i != config->devices) {
            return fail(err, errlen, EINVAL, "dev.%d is there and dev.%d is not", i, config->devices);
        }
        config->devices++;
        if (!device->group_given) {
            device->group = (uint16_t)(i % config->groups);
        }
        if (device->group >= config->groups) {
            return fail(err, errlen, EINVAL, "dev.%d.group is %d of %d", i, device->group, config->groups);
        }
    }
    return config->devices > 0 ? 0 : fail(err, errlen, EINVAL, "no device: dev.0. is missing");
}

struct config *config_read(
    const char *kv, const char *const *own_keys, const char *const *global_own, char *err, uint32_t errlen)
{
    struct config *config = calloc(1, sizeof *config);
    int i;
    if (!config) {
        fail(err, errlen, ENOMEM, "no memory");
        return NULL;
    }
    config->groups = 1;
    for (i = 0; i < CONFIG_DEVICES_MAX; i++) {
        config->device[i].request_queues = 1;
        config->device[i].queue_size = 512;
    }
    if (read_lines(config, kv, own_keys, global_own, err, errlen) < 0 || check(config, err, errlen) < 0) {
        free(config);
        return NULL;
    }
    return config;
}

static const char *find(const struct config_own *own, int count, const char *key)
{
    int i;
    for (i = count - 1; i >= 0; i--) {
        if (!strcmp(own[i].key, key)) {
            return own[i].value;
        }
    }
    return NULL;
}

const char *config_own(const struct config_device *device, const char *key)
{
    return find(device->own, device->own_count, key);
}

const char *config_global_own(const struct config *config, const char *key)
{
    return find(config->own, config->own_count, key);
}
