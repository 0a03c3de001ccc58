/*
 * Many LwM2M devices as one process: what both servers of a benchmark are loaded with. Raw UDP, no CoAP library, so
 * that the same generator stands beside each server and its own cost is small.
 *
 *   load --port P [--host 127.0.0.1] [--count N] [--sockets S] [--window W] [--lifetime S] [--prefix NAME]
 *        [--retry-ms MS] phase…
 *
 * The phases run in the order given, each ends with one JSON line on standard output:
 *   register    POST /rd with 11 links                      update      POST to the location, without a payload
 *   deregister  DELETE of the location                      respond     answers the server until a line or the end
 *                                                                       of standard input comes
 * The server's requests are answered in every phase: Read in the format asked for (TLV when none is), Write in one
 * message or by Block1 with 2.31 and 2.04, and object 5 as a device that takes a package and says so.
 *
 * A request without an answer is sent again after --retry-ms (`repeated`), and after four times asked anew under a new
 * message ID (`unanswered`). An answer under our message ID with a foreign token is a deduplicating server's old one
 * for a message ID that came round: it is counted (`stale`) and the request asked anew.
 * `--sockets 0` gives each device a socket of its own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CON = 0, NON = 1, ACK = 2, RST = 3 };
enum { GET = 1, POST = 2, PUT = 3, DELETE = 4 };
enum { CREATED = 65, DELETED = 66, CHANGED = 68, CONTENT = 69, CONTINUE = 95, NOT_ALLOWED = 133 };
enum { OBSERVE = 6, LOCATION_PATH = 8, URI_PATH = 11, CONTENT_FORMAT = 12, URI_QUERY = 15, ACCEPT = 17, BLOCK1 = 27 };
enum { TEXT = 0, LINK_FORMAT = 40, CBOR = 60, SENML_JSON = 110, SENML_CBOR = 112, TLV = 11542 };
enum { MESSAGE = 2048, ANSWER = 512, LOCATION = 64, TRIES = 4, NO_FORMAT = -1 };

static const char LINKS[] = "</>;rt=\"oma.lwm2m\",</1/0>,</3/0>,</4/0>,</5/0>,</6/0>,</7/0>,</3303/0>,</3303/1>,"
                            "</3304/0>,</3311/0>,</3316/0>";

/* A socket and what the one device behind it would hold in object 5. */
typedef struct {
  int fd;
  uint16_t messageId;
  int state, result;
  uint16_t lastRequest;
  bool asked;
  int lastLength;
  uint8_t last[ANSWER];
} Socket;

typedef struct {
  char location[LOCATION]; /* Location-Path segments, each with a leading slash */
} Device;

/* One request in flight; its token is slot and generation, so that an old answer never passes for a new one. */
typedef struct {
  bool busy;
  int device, tries, length;
  uint16_t messageId;
  uint32_t generation;
  double first, sent;
  uint8_t message[512];
} Slot;

typedef struct {
  int ok, refused, firstRefusal, repeated, unanswered, stale;
} Tally;

typedef struct {
  const uint8_t *token, *payload;
  int type, code, tokenLength, payloadLength;
  uint16_t messageId;
  char path[128], location[LOCATION];
  int segments, lastSegment;
  int accept;
  long block1; /* -1: none */
} Message;

static const char *host = "127.0.0.1", *prefix = "load-";
static int port = 5683, count = 1, socketCount = 4, window = 64, lifetime = 300;
static double retry = 0.5;

static Socket *sockets;
static Device *devices;
static Slot *slots;
static double *times;
static int epollFd;
static Tally tally;
static const char *phase;
static long requests, blocks, bytes, duplicates;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* --- messages --------------------------------------------------------------------------------------------------- */

static int putHeader(uint8_t *m, int type, int code, uint16_t messageId, const uint8_t *token, int tokenLength) {
  m[0] = 0x40 | type << 4 | tokenLength;
  m[1] = code;
  m[2] = messageId >> 8;
  m[3] = messageId & 255;
  memcpy(m + 4, token, tokenLength);
  return 4 + tokenLength;
}

/* Appends an option; the numbers have to come in rising order, `last` is the one before. */
static int putOption(uint8_t *m, int at, int *last, int number, const void *value, int length) {
  int delta = number - *last;
  *last = number;
  int high = delta < 13 ? delta : 13, low = length < 13 ? length : 13;
  m[at++] = high << 4 | low;
  if (high == 13) m[at++] = delta - 13;
  if (low == 13) m[at++] = length - 13;
  memcpy(m + at, value, length);
  return at + length;
}

static int putUint(uint8_t *m, int at, int *last, int number, unsigned value) {
  uint8_t b[3] = {value >> 16, value >> 8, value};
  int skip = value > 0xffff ? 0 : value > 0xff ? 1 : value > 0 ? 2 : 3;
  return putOption(m, at, last, number, b + skip, 3 - skip);
}

static bool parse(const uint8_t *b, int n, Message *m) {
  memset(m, 0, sizeof *m);
  m->accept = NO_FORMAT;
  m->block1 = -1;
  m->lastSegment = -1;
  if (n < 4 || b[0] >> 6 != 1 || (b[0] & 15) > 8 || n < 4 + (b[0] & 15)) return false;
  m->type = b[0] >> 4 & 3;
  m->tokenLength = b[0] & 15;
  m->code = b[1];
  m->messageId = b[2] << 8 | b[3];
  m->token = b + 4;
  int at = 4 + m->tokenLength, number = 0;
  while (at < n && b[at] != 0xff) {
    int delta = b[at] >> 4, length = b[at] & 15;
    at++;
    for (int *v = &delta;; v = &length) {
      if (*v == 15 || at + (*v == 13) + 2 * (*v == 14) > n) return false;
      if (*v == 14) *v = 269 + (b[at] << 8 | b[at + 1]), at += 2;
      else if (*v == 13) *v = 13 + b[at++];
      if (v == &length) break;
    }
    if (at + length > n) return false;
    number += delta;
    unsigned long value = 0;
    for (int i = 0; i < length && i < 4; i++) value = value << 8 | b[at + i];
    if (number == URI_PATH && strlen(m->path) + length + 2 < sizeof m->path) {
      snprintf(m->path + strlen(m->path), sizeof m->path - strlen(m->path), "/%.*s", length, (const char *)b + at);
      m->segments++;
      m->lastSegment = atoi(strrchr(m->path, '/') + 1);
    } else if (number == LOCATION_PATH && strlen(m->location) + length + 2 < sizeof m->location) {
      size_t used = strlen(m->location);
      snprintf(m->location + used, sizeof m->location - used, "/%.*s", length, (const char *)b + at);
    } else if (number == ACCEPT) m->accept = value;
    else if (number == BLOCK1) m->block1 = value;
    at += length;
  }
  if (at < n) m->payload = b + at + 1, m->payloadLength = n - at - 1;
  return true;
}

/* --- the device's side: answers to the server ------------------------------------------------------------------- */

/* The value of a resource as our devices hold it: an integer for object 5, else the text of a version. */
static bool isNumber(const Socket *s, const Message *m, int *value) {
  if (strncmp(m->path, "/5/0/", 5) != 0) return false;
  *value = m->lastSegment == 3 ? s->state : m->lastSegment == 5 ? s->result : m->lastSegment == 9 ? 2 : 0;
  return true;
}

static int putValue(uint8_t *p, const Socket *s, const Message *m, int *format) {
  static const char version[] = "1.0.0";
  const int length = sizeof version - 1;
  int number = 0, at = 0;
  bool numeric = isNumber(s, m, &number);
  *format = m->accept;
  switch (m->accept) {
    case TEXT:
      return numeric ? sprintf((char *)p, "%d", number) : sprintf((char *)p, "%s", version);
    case SENML_JSON:
      return numeric ? sprintf((char *)p, "[{\"bn\":\"%s\",\"v\":%d}]", m->path, number)
                     : sprintf((char *)p, "[{\"bn\":\"%s\",\"vs\":\"%s\"}]", m->path, version);
    case SENML_CBOR: /* [{-2: path, 2: number | 3: text}] */
      p[at++] = 0x81, p[at++] = 0xa2, p[at++] = 0x21, p[at++] = 0x78, p[at++] = strlen(m->path);
      at += sprintf((char *)p + at, "%s", m->path);
      p[at++] = numeric ? 2 : 3;
      break;
    case CBOR:
      break;
    default:
      *format = TLV;
      if (numeric && m->lastSegment == 8) { /* multiple, with the one instance 0 */
        memcpy(p, (uint8_t[]){0x83, 8, 0x41, 0, 0}, 5);
        return 5;
      }
      if (m->lastSegment > 255) p[at++] = 0xe0 | (numeric ? 1 : length), p[at++] = m->lastSegment >> 8;
      else p[at++] = 0xc0 | (numeric ? 1 : length);
      p[at++] = m->lastSegment;
      if (numeric) p[at++] = number;
      else memcpy(p + at, version, length), at += length;
      return at;
  }
  if (numeric) p[at++] = number;
  else p[at++] = 0x60 | length, memcpy(p + at, version, length), at += length;
  return at;
}

static void answer(Socket *s, const Message *m) {
  requests++;
  if (m->type == CON && s->asked && s->lastRequest == m->messageId) {
    duplicates++;
    send(s->fd, s->last, s->lastLength, 0);
    return;
  }
  uint8_t *a = s->last, payload[256];
  int code = CHANGED, length = 0, format = NO_FORMAT, last = 0;
  bool package = strcmp(m->path, "/5/0/0") == 0;
  if (m->code == GET && m->segments == 3) code = CONTENT, length = putValue(payload, s, m, &format);
  else if (m->code == GET || m->code > DELETE) code = NOT_ALLOWED;
  else if (m->code == DELETE) code = DELETED;
  else if (m->code == PUT && m->block1 >= 0 && m->block1 & 8) code = CONTINUE;
  else if (m->code == PUT && package) s->state = m->block1 > 15 || m->payloadLength > 1 ? 2 : 0, s->result = 0;
  else if (m->code == POST && strcmp(m->path, "/5/0/2") == 0) s->state = 0, s->result = 1;
  if (m->block1 >= 0) blocks++;
  if (m->code == PUT) bytes += m->payloadLength;

  uint16_t messageId = m->type == CON ? m->messageId : ++s->messageId;
  int at = putHeader(a, m->type == CON ? ACK : NON, code, messageId, m->token, m->tokenLength);
  if (format != NO_FORMAT) at = putUint(a, at, &last, CONTENT_FORMAT, format);
  if (m->block1 >= 0) at = putUint(a, at, &last, BLOCK1, m->block1);
  if (length > 0) a[at++] = 0xff, memcpy(a + at, payload, length), at += length;
  s->lastLength = at;
  s->lastRequest = m->messageId;
  s->asked = m->type == CON;
  send(s->fd, a, at, 0);
}

/* --- our own requests ------------------------------------------------------------------------------------------- */

static Socket *socketOf(int device) { return &sockets[device % socketCount]; }

static void transmit(Slot *slot) {
  slot->sent = now();
  /* Refused while the server starts is as good as lost: it is asked again. */
  if (send(socketOf(slot->device)->fd, slot->message, slot->length, 0) < 0 && errno != ECONNREFUSED && errno != EAGAIN)
    fail("send");
}

/* Builds the phase's request for the slot's device under a new message ID and sends it. */
static void ask(Slot *slot) {
  Socket *s = socketOf(slot->device);
  Device *d = &devices[slot->device];
  uint32_t generation = ++slot->generation;
  uint16_t index = slot - slots;
  uint8_t token[6] = {index >> 8, index, generation >> 24, generation >> 16, generation >> 8, generation};
  int last = 0, code = phase[0] == 'd' ? DELETE : POST;
  slot->tries = 1;
  slot->messageId = ++s->messageId;
  int at = putHeader(slot->message, CON, code, slot->messageId, token, sizeof token);
  if (phase[0] == 'r') {
    char query[96];
    at = putOption(slot->message, at, &last, URI_PATH, "rd", 2);
    at = putUint(slot->message, at, &last, CONTENT_FORMAT, LINK_FORMAT);
    at = putOption(slot->message, at, &last, URI_QUERY, query, snprintf(query, sizeof query, "ep=%s%d", prefix, slot->device));
    at = putOption(slot->message, at, &last, URI_QUERY, query, snprintf(query, sizeof query, "lt=%d", lifetime));
    at = putOption(slot->message, at, &last, URI_QUERY, "lwm2m=1.1", 9);
    at = putOption(slot->message, at, &last, URI_QUERY, "b=U", 3);
    slot->message[at++] = 0xff;
    memcpy(slot->message + at, LINKS, sizeof LINKS - 1);
    at += sizeof LINKS - 1;
  } else {
    for (const char *p = d->location; *p == '/';) {
      int length = strcspn(++p, "/");
      at = putOption(slot->message, at, &last, URI_PATH, p, length);
      p += length;
    }
  }
  slot->length = at;
  transmit(slot);
}

/* The slot whose answer this is, by token; or the one whose message ID was answered with a foreign token (stale). */
static Slot *slotOf(const Socket *s, const Message *m, bool *stale) {
  *stale = false;
  if (m->tokenLength == 6) {
    int index = m->token[0] << 8 | m->token[1];
    uint32_t g = (uint32_t)m->token[2] << 24 | m->token[3] << 16 | m->token[4] << 8 | m->token[5];
    if (index < window && slots[index].busy && slots[index].generation == g && socketOf(slots[index].device) == s)
      return &slots[index];
  }
  for (int i = 0; m->type == ACK && m->code != 0 && i < window; i++)
    if (slots[i].busy && slots[i].messageId == m->messageId && socketOf(slots[i].device) == s) {
      *stale = true;
      return &slots[i];
    }
  return NULL;
}

/* Takes the answer in; true when a slot came free. */
static bool answered(Socket *s, const Message *m) {
  bool stale;
  Slot *slot = slotOf(s, m, &stale);
  if (m->type == CON) {
    uint8_t empty[4] = {0x40 | ACK << 4, 0, m->messageId >> 8, m->messageId};
    send(s->fd, empty, sizeof empty, 0);
  }
  if (slot == NULL || m->code == 0) return false;
  if (stale) {
    tally.stale++;
    s->messageId = rand(); /* away from the run of message IDs that the server still remembers */
    ask(slot);
    return false;
  }
  int wanted = phase[0] == 'r' ? CREATED : phase[0] == 'u' ? CHANGED : DELETED;
  times[tally.ok + tally.refused] = now() - slot->first;
  if (m->code == wanted) {
    tally.ok++;
    if (wanted == CREATED) strcpy(devices[slot->device].location, m->location);
  } else {
    if (tally.refused++ == 0) tally.firstRefusal = m->code;
  }
  slot->busy = false;
  return true;
}

/* Reads what a socket holds; returns how many slots came free. */
static int receive(Socket *s) {
  uint8_t buffer[MESSAGE];
  Message m;
  int freed = 0;
  for (;;) {
    ssize_t n = recv(s->fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (n < 0) {
      if (errno == ECONNREFUSED) continue;
      if (errno == EAGAIN) return freed;
      fail("recv");
    }
    if (!parse(buffer, n, &m)) continue;
    if (m.code >= GET && m.code < 32) answer(s, &m);
    else freed += answered(s, &m);
  }
}

static void repeatLate(void) {
  double time = now();
  for (int i = 0; i < window; i++) {
    Slot *slot = &slots[i];
    if (!slot->busy || time - slot->sent < retry) continue;
    if (slot->tries++ < TRIES) tally.repeated++, transmit(slot);
    else tally.unanswered++, ask(slot);
  }
}

static int byTime(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return d < 0 ? -1 : d > 0;
}

static void runRequests(void) {
  struct epoll_event events[64];
  int next = 0;
  double started = now(), checked = started;
  memset(&tally, 0, sizeof tally);
  while (tally.ok + tally.refused < count) {
    for (int i = 0; i < window && next < count; i++) {
      if (slots[i].busy) continue;
      slots[i].busy = true;
      slots[i].device = next++;
      slots[i].first = now();
      ask(&slots[i]);
    }
    int freed = 0;
    while (freed == 0) {
      int n = epoll_wait(epollFd, events, 64, retry < 0.02 ? 1 : 10);
      for (int i = 0; i < n; i++)
        if (events[i].data.ptr != NULL) freed += receive(events[i].data.ptr);
      if (now() - checked >= retry / 4) repeatLate(), checked = now();
    }
  }
  double seconds = now() - started;
  qsort(times, count, sizeof *times, byTime);
  printf("{\"event\":\"%s\",\"count\":%d,\"ok\":%d,\"refused\":%d,\"firstRefusal\":\"%d.%02d\",\"repeated\":%d,"
         "\"unanswered\":%d,\"stale\":%d,\"seconds\":%.6f,\"perSecond\":%.1f,\"p50Us\":%.1f,\"p99Us\":%.1f}\n",
         phase, count, tally.ok, tally.refused, tally.firstRefusal >> 5, tally.firstRefusal & 31, tally.repeated,
         tally.unanswered, tally.stale, seconds, count / seconds, times[count / 2] * 1e6, times[count * 99 / 100] * 1e6);
}

static void runResponder(void) {
  struct epoll_event events[64], input = {.events = EPOLLIN, .data.ptr = NULL};
  bool watched = epoll_ctl(epollFd, EPOLL_CTL_ADD, STDIN_FILENO, &input) == 0;
  requests = blocks = bytes = duplicates = 0;
  printf("{\"event\":\"responding\"}\n");
  fflush(stdout);
  for (bool on = watched; on;) {
    int n = epoll_wait(epollFd, events, 64, -1);
    for (int i = 0; i < n; i++) {
      char line[256];
      if (events[i].data.ptr != NULL) receive(events[i].data.ptr);
      else on = false, (void)!read(STDIN_FILENO, line, sizeof line);
    }
  }
  epoll_ctl(epollFd, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
  printf("{\"event\":\"responded\",\"requests\":%ld,\"blocks\":%ld,\"bytes\":%ld,\"duplicates\":%ld}\n", requests, blocks,
         bytes, duplicates);
}

static void openSockets(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (inet_pton(AF_INET, host, &server.sin_addr) != 1) fail("--host is an IPv4 address");
  epollFd = epoll_create1(0);
  sockets = calloc(socketCount, sizeof *sockets);
  if (sockets == NULL) fail("memory");
  srand(getpid());
  for (int i = 0; i < socketCount; i++) {
    Socket *s = &sockets[i];
    int size = socketCount > 64 ? 1 << 16 : 1 << 22;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
    s->messageId = rand();
    s->fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (s->fd < 0) fail("socket");
    setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (connect(s->fd, (struct sockaddr *)&server, sizeof server) < 0) fail("connect");
    if (epoll_ctl(epollFd, EPOLL_CTL_ADD, s->fd, &event) < 0) fail("epoll_ctl");
  }
}

int main(int argc, char **argv) {
  int i = 1;
  for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
    const char *name = argv[i] + 2, *value = argv[i + 1];
    if (strcmp(name, "host") == 0) host = value;
    else if (strcmp(name, "port") == 0) port = atoi(value);
    else if (strcmp(name, "count") == 0) count = atoi(value);
    else if (strcmp(name, "sockets") == 0) socketCount = atoi(value);
    else if (strcmp(name, "window") == 0) window = atoi(value);
    else if (strcmp(name, "lifetime") == 0) lifetime = atoi(value);
    else if (strcmp(name, "prefix") == 0) prefix = value;
    else if (strcmp(name, "retry-ms") == 0) retry = atof(value) / 1000;
    else errno = EINVAL, fail(argv[i]);
  }
  if (count < 1 || window < 1 || window > 65535 || strlen(prefix) > 64) errno = EINVAL, fail("options");
  if (socketCount < 1 || socketCount > count) socketCount = count;
  openSockets();
  devices = calloc(count, sizeof *devices);
  slots = calloc(window, sizeof *slots);
  times = calloc(count, sizeof *times);
  if (devices == NULL || slots == NULL || times == NULL) fail("memory");
  for (; i < argc; i++) {
    phase = argv[i];
    if (strcmp(phase, "respond") == 0) runResponder();
    else if (strcmp(phase, "register") == 0 || strcmp(phase, "update") == 0 || strcmp(phase, "deregister") == 0)
      runRequests();
    else errno = EINVAL, fail(phase);
    fflush(stdout);
  }
  return 0;
}
