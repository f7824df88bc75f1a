/*
 * Stands between a program and /dev/hidrawN, for tests without hardware: opening such a node connects to two sockets in
 * $HIDRAW_SHIM. N.reports carries one report per message, so that their borders stay as on the real device; N.control
 * answers the ioctls: request number and data there, result (negative: -errno) and data back. What is enumerated in
 * /sys and udev is umockdev's work.  Build: gcc -shared -fPIC -O2 -o hidraw-shim.so hidraw-shim.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define HIDRAW_MAJOR 243
#define MOST_FILES 1024
#define LONGEST_MESSAGE 8192

/* Open nodes by their file descriptor. */
static struct { int is_open, control, minor; } nodes[MOST_FILES];

#define NEXT(name) static __typeof__(&name) next_##name; if (!next_##name) next_##name = dlsym(RTLD_NEXT, #name)

static int is_node(int fd) { return fd >= 0 && fd < MOST_FILES && nodes[fd].is_open; }

static int dial(int minor, const char *channel) {
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  snprintf(address.sun_path, sizeof address.sun_path, "%s/%d.%s", getenv("HIDRAW_SHIM"), minor, channel);
  int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  NEXT(connect);
  if (next_connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  close(fd);
  errno = ENODEV;
  return -1;
}

/* The descriptor, -1 with errno, or -2 where the path is none of ours. */
static int open_node(const char *path, int flags) {
  int minor;
  char rest;
  if (!path || !getenv("HIDRAW_SHIM") || sscanf(path, "/dev/hidraw%d%c", &minor, &rest) != 1) return -2;
  int fd = dial(minor, "reports");
  if (fd < 0) return -1;
  int control = fd < MOST_FILES ? dial(minor, "control") : -1;
  if (control < 0) {
    close(fd);
    errno = ENODEV;
    return -1;
  }
  if (flags & O_NONBLOCK) fcntl(fd, F_SETFL, O_NONBLOCK);
  nodes[fd].control = control;
  nodes[fd].minor = minor;
  nodes[fd].is_open = 1;
  return fd;
}

#define OPEN(name)                                                    \
  int name(const char *path, int flags, ...) {                        \
    int fd = open_node(path, flags);                                  \
    if (fd != -2) return fd;                                          \
    mode_t mode = 0;                                                  \
    va_list rest;                                                     \
    va_start(rest, flags);                                            \
    if (flags & (O_CREAT | O_TMPFILE)) mode = va_arg(rest, mode_t);   \
    va_end(rest);                                                     \
    NEXT(name);                                                       \
    return next_##name(path, flags, mode);                            \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  NEXT(close);
  if (is_node(fd)) {
    nodes[fd].is_open = 0;
    next_close(nodes[fd].control);
  }
  return next_close(fd);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  NEXT(write);
  if (!is_node(fd)) return next_write(fd, bytes, length);
  ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
  if (sent < 0 && errno == EPIPE) errno = ENODEV;
  return sent;
}

/* A socket that says it is the character device. */
#define STAT(name, type)                                              \
  int name(int fd, struct type *status) {                             \
    NEXT(name);                                                       \
    int result = next_##name(fd, status);                             \
    if (result == 0 && is_node(fd)) {                                 \
      status->st_mode = S_IFCHR | 0600;                               \
      status->st_rdev = makedev(HIDRAW_MAJOR, nodes[fd].minor);       \
    }                                                                 \
    return result;                                                    \
  }
STAT(fstat, stat)
STAT(fstat64, stat64)

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  NEXT(ioctl);
  if (!is_node(fd)) return next_ioctl(fd, request, argument);

  uint8_t message[LONGEST_MESSAGE];
  uint32_t number = (uint32_t)request;
  size_t size = (number >> 16) & 0x3fff; /* _IOC_SIZE */
  int reads = (number >> 30) & 2;        /* _IOC_READ */
  if (size + 4 > sizeof message) size = sizeof message - 4;
  memcpy(message, &number, 4);
  if (argument && size) memcpy(message + 4, argument, size);
  if (send(nodes[fd].control, message, 4 + size, MSG_NOSIGNAL) < 0) goto gone;
  ssize_t received = recv(nodes[fd].control, message, sizeof message, 0);
  if (received < 4) goto gone;
  int32_t result;
  memcpy(&result, message, 4);
  if (result < 0) {
    errno = -result;
    return -1;
  }
  size_t length = (size_t)received - 4;
  if (reads && argument) memcpy(argument, message + 4, length < size ? length : size);
  return result;
gone:
  errno = ENODEV;
  return -1;
}

/* Older builds call the versioned entry points. */
int __fxstat(int version, int fd, struct stat *status) { (void)version; return fstat(fd, status); }
int __fxstat64(int version, int fd, struct stat64 *status) { (void)version; return fstat64(fd, status); }
