// loadgen.cc - a single-threaded epoll WebSocket load generator for loopback benchmarks.
//
// README
// ======
// Build:   g++ -O2 -std=c++20 -Wall -Wextra -o loadgen loadgen.cc
// Needs:   Linux 5.11+ and glibc 2.35+ (epoll_pwait2). No libraries.
//
// Why: a JavaScript client costs as much CPU per message as the server under test, so it
// measures itself. This one spends well under a microsecond of user time per message; the
// rest is the kernel. Pin the server to one core and this program to another, and always
// read "loadgen.cpu_pct" next to the rate: near 100 with --spin off means the client was the limit.
// The robust figure is "server.cpu_us_per_msg" (server process CPU time, all threads, ns clock,
// divided by messages), which does not depend on who was the bottleneck.
//
// It only talks to loopback (127.0.0.0/8 or ::1); any other host is refused.
//
//   taskset -c 0 node server.js & PID=$!
//   taskset -c 1 ./loadgen --port 9001 --mode echo --conns 64 --pipeline 4 --duration 5 --server-pid $PID --json
//
// Modes
//   idle         open --conns connections, hold them for --duration: connect rate, server CPU per
//                accepted connection, server RSS per connection, connect latency percentiles.
//   churn        keep --connect-concurrency connections opening and closing for --duration.
//   storm        open --conns connections; with --publishers let everybody have one message (--msg, from the first);
//                send --storm-ack on each; then reset all of them and let all come back at once, with --back-path and
//                --back-hello. Server CPU per client that is back, from the cut to --settle after the last one.
//   echo         every connection sends --msg and waits for one message back.
//                  --rate 0: closed loop, --pipeline messages in flight per connection.
//                  --rate R: open loop, R messages a second in all, stamped with the *intended*
//                            send time (no coordinated omission).
//   fanout-recv  the first --publishers connections send --msg, every connection receives it.
//                  --rate R: R publications a second in all (open loop, intended time stamped).
//                  --rate 0: closed loop, --pipeline publications in flight; one is done when
//                            all recipients (see --no-self) have got it, --per-publication times.
//                  --publishers 0: the server publishes by itself; just receive and count.
//
// Text options take C escapes (\x1e \n \r \t \0 \\) and these substitutions:
//   %T  16-digit microsecond time stamp (1e15 + CLOCK_MONOTONIC, below 2^53, so a valid JSON number)
//   %S  sequence number of this publication (echo: of this connection)
//   %D  the same, in eight digits at least
//   %C  index of the connection           %%  a percent sign
//   %I %J  what the first and the second --remember have found last on this connection
//
// Options (defaults in brackets)
//   --host H [127.0.0.1]   --port P [9001]      --path /x [/]           --subprotocol S
//   --header 'K: V' (repeat)                    --offer-deflate         (negotiate only, see note)
//   --conns N [100]        --connect-concurrency K [64]                 --connect-timeout S [30]
//   --source-ips K [1]     bind clients to 127.0.0.1..K (more than 28k connections)
//   --hello TEXT (repeat)  frames to send right after the upgrade (protocol handshake, join, ...)
//   --ready-after N [0]    messages to receive after the upgrade before a connection counts as ready
//   --autoreply A=B (repeat)  answer message A with B, not counted (engine.io: --autoreply 2=3)
//   --ignore A (repeat)    message A is not counted (SignalR ping: --ignore '{"type":6}')
//   --count-prefix A       count only messages that begin with A, as long as it is given
//   --remember 'A...B' (up to 2)  keep what stands between A and B in a message; only in questions when there are some
//   --answer-if A --answer TEXT   a message that holds A is a question: answered, not counted. %T is its own time stamp.
//                          With --count varint the answer gets its length before it.
//   --back-path /x [--path]  --back-hello TEXT (repeat) [--hello]  --back-ready-after N [--ready-after]
//   --storm-ack TEXT       see the mode storm
//   --per-publication N [1]  messages that each recipient gets for one publication
//   --keepalive TEXT --keepalive-every S   sent on every connection, spread evenly
//   --mode M [echo]        --rate R [0]         --pipeline W [1]        --publishers K [1]
//   --no-self              a publisher does not get its own publication
//   --msg TEXT             [{"type":1,"target":"m","arguments":[{"t":%T,"s":%S,"p":"..."}]}\x1e, 100 bytes]
//   --binary               send --hello and --msg as binary frames
//   --count auto|frames|delim|varint [auto]  what is one message: a frame; a piece ending in 0x1E;
//                          a varint-length-prefixed piece (SignalR MessagePack); auto: delim when the
//                          frame holds a 0x1E, else the frame
//   --ts-marker TEXT ["t":]  latency = now - the 16 digits after this marker, where it is found
//   --seq-marker TEXT ["s":] --check-seq     per connection: count gaps, duplicates, reordering (1 publisher)
//   --stall K [0]          the last K connections stop reading once ready (slow consumers)
//   --warmup S [1]         --duration S [5]     --settle S [0.2]        --drain S [1]
//   --spin                 never sleep in epoll: the server then pays no cross-core wake-ups
//   --server-pid PID (repeat)  sample CPU and RSS of these processes
//   --json                 one JSON object on stdout (a human summary goes to stderr anyway)
//                          A line "settled" goes to stderr when all are connected and --settle is over.
//   --label TEXT           copied into the JSON
//
// Notes: client frames are masked with a random non-zero key (some servers skip a zero key).
// Connections are reset at the end, so that no TIME_WAIT is left.
// Sec-WebSocket-Accept is not verified. With --offer-deflate compressed frames are counted as
// frames only (nothing is inflated). Fragmented messages count once per delimiter or final fragment.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

// ---------------------------------------------------------------- time

uint64_t nowNs() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return uint64_t(ts.tv_sec) * 1000000000ull + uint64_t(ts.tv_nsec);
}

constexpr uint64_t kStampBase = 1000000000000000ull;  // 1e15: stamps always have 16 digits

[[noreturn]] void die(const char* fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  fprintf(stderr, "loadgen: ");
  vfprintf(stderr, fmt, ap);
  fprintf(stderr, "\n");
  va_end(ap);
  exit(2);
}

// ---------------------------------------------------------------- histogram

// Log-linear: 128 buckets per power of two, so values are kept to better than 1 %.
class Histogram {
 public:
  void add(uint64_t v) {
    buckets_[indexOf(v)]++;
    count_++;
    sum_ += v;
    max_ = std::max(max_, v);
  }
  void clear() { *this = Histogram(); }
  uint64_t count() const { return count_; }
  uint64_t max() const { return max_; }
  double mean() const { return count_ ? double(sum_) / double(count_) : 0; }
  uint64_t quantile(double q) const {
    if (!count_) return 0;
    uint64_t want = uint64_t(q * double(count_));
    if (want >= count_) want = count_ - 1;
    uint64_t seen = 0;
    for (size_t i = 0; i < buckets_.size(); i++) {
      seen += buckets_[i];
      if (seen > want) return std::min(valueOf(i), max_);
    }
    return max_;
  }

 private:
  static constexpr int kSub = 7;  // log2 of buckets per octave
  static constexpr size_t kOctaves = 40;
  static size_t indexOf(uint64_t v) {
    if (v < (1u << kSub)) return size_t(v);
    int msb = 63 - __builtin_clzll(v);
    size_t octave = size_t(msb - kSub + 1);
    size_t sub = size_t((v >> (msb - kSub)) & ((1u << kSub) - 1));
    return std::min(octave * (1u << kSub) + sub, kOctaves * (1u << kSub) - 1);
  }
  static uint64_t valueOf(size_t i) {
    size_t octave = i >> kSub, sub = i & ((1u << kSub) - 1);
    if (octave == 0) return sub;
    uint64_t width = 1ull << (octave - 1);
    return ((uint64_t(1) << kSub) + sub) * width + width / 2;
  }
  std::vector<uint64_t> buckets_ = std::vector<uint64_t>(kOctaves * (1u << kSub), 0);
  uint64_t count_ = 0, sum_ = 0, max_ = 0;
};

// ---------------------------------------------------------------- text and templates

std::string unescape(const std::string& s) {
  std::string r;
  for (size_t i = 0; i < s.size(); i++) {
    if (s[i] != '\\' || i + 1 == s.size()) {
      r += s[i];
      continue;
    }
    char c = s[++i];
    switch (c) {
      case 'n': r += '\n'; break;
      case 'r': r += '\r'; break;
      case 't': r += '\t'; break;
      case '0': r += '\0'; break;
      case 'x':
        if (i + 2 < s.size() && isxdigit(s[i + 1]) && isxdigit(s[i + 2])) {
          r += char(strtol(s.substr(i + 1, 2).c_str(), nullptr, 16));
          i += 2;
        } else {
          die("bad \\x escape in '%s'", s.c_str());
        }
        break;
      case '\\': r += '\\'; break;
      default: r += '\\', r += c;  // keeps JSON escapes such as \" as they are
    }
  }
  return r;
}

// What was remembered from the messages of a connection.
using Memory = std::array<std::string, 2>;

// A payload with places for a time stamp, a sequence number, a connection index, and what was remembered.
class Template {
 public:
  static inline const Memory nothing{};
  Template() = default;
  explicit Template(const std::string& text) {
    std::string lit;
    for (size_t i = 0; i < text.size(); i++) {
      if (text[i] == '%' && i + 1 < text.size() && strchr("TSDCIJ%", text[i + 1])) {
        char c = text[++i];
        if (c == '%') {
          lit += '%';
          continue;
        }
        if (!lit.empty()) parts_.push_back({'L', lit});
        lit.clear();
        parts_.push_back({c, ""});
      } else {
        lit += text[i];
      }
    }
    if (!lit.empty()) parts_.push_back({'L', lit});
  }
  void render(std::string& out, uint64_t stampUs, uint64_t seq, uint64_t conn, const Memory& memory = nothing) const {
    char tmp[24];
    for (const auto& p : parts_) {
      if (p.kind == 'L') {
        out += p.text;
      } else if (p.kind == 'I' || p.kind == 'J') {
        out += memory[p.kind == 'I' ? 0 : 1];
      } else {
        uint64_t v = p.kind == 'T' ? stampUs : p.kind == 'C' ? conn : seq;
        int n = 0;
        do {
          tmp[n++] = char('0' + v % 10);
          v /= 10;
        } while (v);
        while (p.kind == 'D' && n < 8) tmp[n++] = '0';
        while (n) out += tmp[--n];
      }
    }
  }
  std::string render(uint64_t stampUs, uint64_t seq, uint64_t conn, const Memory& memory = nothing) const {
    std::string s;
    render(s, stampUs, seq, conn, memory);
    return s;
  }

 private:
  struct Part {
    char kind;
    std::string text;
  };
  std::vector<Part> parts_;
};

// ---------------------------------------------------------------- options

enum class Mode { Idle, Churn, Storm, Echo, Fanout };
enum class CountBy { Auto, Frames, Delim, Varint };

struct Options {
  std::string host = "127.0.0.1", path = "/", subprotocol, label;
  std::vector<std::string> headers;
  int port = 9001;
  size_t conns = 100, connectConcurrency = 64, publishers = 1, stall = 0, pipeline = 1, perPublication = 1;
  int sourceIps = 1;
  double connectTimeout = 30, rate = 0, warmup = 1, duration = 5, settle = 0.2, drain = 1, keepaliveEvery = 0;
  std::vector<Template> hello, backHello;
  size_t readyAfter = 0, backReadyAfter = 0;
  bool hasBackReadyAfter = false;
  std::string backPath;
  std::vector<std::pair<std::string, std::string>> remember;
  std::string answerIf;
  Template answer, stormAck;
  bool hasStormAck = false;
  std::vector<std::pair<std::string, std::string>> autoreply;
  std::vector<std::string> ignore;
  std::string countPrefix;
  Template keepalive, msg;
  bool hasKeepalive = false, binary = false, noSelf = false, spin = false, json = false, offerDeflate = false,
       checkSeq = false;
  CountBy countBy = CountBy::Auto;
  Mode mode = Mode::Echo;
  std::string tsMarker = "\"t\":", seqMarker = "\"s\":";
  std::vector<pid_t> serverPids;
};

const char* modeName(Mode m) {
  switch (m) {
    case Mode::Idle: return "idle";
    case Mode::Churn: return "churn";
    case Mode::Storm: return "storm";
    case Mode::Echo: return "echo";
    case Mode::Fanout: return "fanout-recv";
  }
  return "?";
}

Options parseOptions(int argc, char** argv) {
  Options o;
  std::string msg =
      "{\"type\":1,\"target\":\"m\",\"arguments\":[{\"t\":%T,\"s\":%S,\"p\":\"abcdefghijklmnopqrstuvwxyz012345\"}]}\\x1e";
  for (int i = 1; i < argc; i++) {
    std::string a = argv[i];
    auto next = [&]() -> std::string {
      if (i + 1 >= argc) die("%s needs a value", a.c_str());
      return argv[++i];
    };
    auto num = [&] { return strtod(next().c_str(), nullptr); };
    if (a == "--host") o.host = next();
    else if (a == "--port") o.port = int(num());
    else if (a == "--path") o.path = next();
    else if (a == "--subprotocol") o.subprotocol = next();
    else if (a == "--header") o.headers.push_back(next());
    else if (a == "--offer-deflate") o.offerDeflate = true;
    else if (a == "--conns") o.conns = size_t(num());
    else if (a == "--connect-concurrency") o.connectConcurrency = size_t(num());
    else if (a == "--connect-timeout") o.connectTimeout = num();
    else if (a == "--source-ips") o.sourceIps = int(num());
    else if (a == "--hello") o.hello.emplace_back(unescape(next()));
    else if (a == "--ready-after") o.readyAfter = size_t(num());
    else if (a == "--autoreply") {
      std::string v = unescape(next());
      size_t eq = v.find('=');
      if (eq == std::string::npos) die("--autoreply wants A=B");
      o.autoreply.emplace_back(v.substr(0, eq), v.substr(eq + 1));
    } else if (a == "--ignore") o.ignore.push_back(unescape(next()));
    else if (a == "--count-prefix") o.countPrefix = unescape(next());
    else if (a == "--remember") {
      std::string v = unescape(next());
      size_t dots = v.find("...");
      if (dots == std::string::npos || dots == 0 || dots + 3 == v.size()) die("--remember wants A...B");
      if (o.remember.size() == 2) die("--remember can be given twice");
      o.remember.emplace_back(v.substr(0, dots), v.substr(dots + 3));
    } else if (a == "--answer-if") o.answerIf = unescape(next());
    else if (a == "--answer") o.answer = Template(unescape(next()));
    else if (a == "--back-path") o.backPath = next();
    else if (a == "--back-hello") o.backHello.emplace_back(unescape(next()));
    else if (a == "--back-ready-after") o.backReadyAfter = size_t(num()), o.hasBackReadyAfter = true;
    else if (a == "--storm-ack") o.stormAck = Template(unescape(next())), o.hasStormAck = true;
    else if (a == "--per-publication") o.perPublication = std::max<size_t>(1, size_t(num()));
    else if (a == "--keepalive") o.keepalive = Template(unescape(next())), o.hasKeepalive = true;
    else if (a == "--keepalive-every") o.keepaliveEvery = num();
    else if (a == "--mode") {
      std::string m = next();
      if (m == "idle") o.mode = Mode::Idle;
      else if (m == "churn") o.mode = Mode::Churn;
      else if (m == "storm") o.mode = Mode::Storm;
      else if (m == "echo") o.mode = Mode::Echo;
      else if (m == "fanout-recv") o.mode = Mode::Fanout;
      else die("unknown mode %s", m.c_str());
    } else if (a == "--rate") o.rate = num();
    else if (a == "--pipeline") o.pipeline = std::max<size_t>(1, size_t(num()));
    else if (a == "--publishers") o.publishers = size_t(num());
    else if (a == "--no-self") o.noSelf = true;
    else if (a == "--msg") msg = next();
    else if (a == "--binary") o.binary = true;
    else if (a == "--count") {
      std::string c = next();
      if (c == "auto") o.countBy = CountBy::Auto;
      else if (c == "frames") o.countBy = CountBy::Frames;
      else if (c == "delim") o.countBy = CountBy::Delim;
      else if (c == "varint") o.countBy = CountBy::Varint;
      else die("unknown count %s", c.c_str());
    } else if (a == "--ts-marker") o.tsMarker = unescape(next());
    else if (a == "--seq-marker") o.seqMarker = unescape(next());
    else if (a == "--check-seq") o.checkSeq = true;
    else if (a == "--stall") o.stall = size_t(num());
    else if (a == "--warmup") o.warmup = num();
    else if (a == "--duration") o.duration = num();
    else if (a == "--settle") o.settle = num();
    else if (a == "--drain") o.drain = num();
    else if (a == "--spin") o.spin = true;
    else if (a == "--server-pid") o.serverPids.push_back(pid_t(num()));
    else if (a == "--json") o.json = true;
    else if (a == "--label") o.label = next();
    else die("unknown option %s (the README is at the top of loadgen.cc)", a.c_str());
  }
  o.msg = Template(unescape(msg));
  if (o.backPath.empty()) o.backPath = o.path;
  if (o.backHello.empty()) o.backHello = o.hello;
  if (!o.hasBackReadyAfter) o.backReadyAfter = o.readyAfter;
  if (!o.conns) die("--conns must be positive");
  o.publishers = std::min(o.publishers, o.conns);
  o.stall = std::min(o.stall, o.conns);
  if (o.connectConcurrency == 0) o.connectConcurrency = 1;
  return o;
}

// ---------------------------------------------------------------- process sampling

struct ProcSample {
  double cpuSec = 0;            // all threads, nanosecond clock
  double userSec = 0, sysSec = 0;  // clock ticks (10 ms)
  uint64_t rssKb = 0;
};

ProcSample sampleProcesses(const std::vector<pid_t>& pids) {
  ProcSample s;
  const double tick = double(sysconf(_SC_CLK_TCK));
  for (pid_t pid : pids) {
    clockid_t clk;
    timespec ts;
    if (clock_getcpuclockid(pid, &clk) == 0 && clock_gettime(clk, &ts) == 0)
      s.cpuSec += double(ts.tv_sec) + double(ts.tv_nsec) * 1e-9;
    char name[64], line[4096];
    snprintf(name, sizeof name, "/proc/%d/stat", int(pid));
    if (FILE* f = fopen(name, "r")) {
      if (fgets(line, sizeof line, f)) {
        if (char* p = strrchr(line, ')')) {  // the command may hold spaces
          unsigned long ut = 0, st = 0;
          if (sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &ut, &st) == 2) {
            s.userSec += double(ut) / tick;
            s.sysSec += double(st) / tick;
          }
        }
      }
      fclose(f);
    }
    snprintf(name, sizeof name, "/proc/%d/status", int(pid));
    if (FILE* f = fopen(name, "r")) {
      unsigned long kb;
      while (fgets(line, sizeof line, f))
        if (sscanf(line, "VmRSS: %lu kB", &kb) == 1) s.rssKb += kb;
      fclose(f);
    }
  }
  return s;
}

double ownCpuSec() {
  timespec ts;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
  return double(ts.tv_sec) + double(ts.tv_nsec) * 1e-9;
}

// ---------------------------------------------------------------- connections

enum class State : uint8_t { Idle, Connecting, Upgrading, Hello, Ready, Closed };

struct Conn {
  int fd = -1;
  uint32_t index = 0;
  State state = State::Idle;
  bool publisher = false, stalled = false, wantOut = false, dirty = false, isBack = false;
  uint32_t seenBeforeReady = 0;
  uint32_t inflight = 0;
  uint64_t connectStartNs = 0;
  uint64_t sendSeq = 0, nextSeq = 0;
  bool seqKnown = false;
  Memory memory;
  std::string in;   // bytes of an unfinished frame or HTTP head
  std::string out;  // bytes the kernel did not take
  size_t outOff = 0;
};

struct Counters {
  uint64_t frames = 0, delims = 0, messages = 0, ignored = 0, payloadBytes = 0, wireBytes = 0, reads = 0, sent = 0,
           sendCalls = 0, seqGaps = 0, seqLost = 0, seqDup = 0, pings = 0, opened = 0, epollWaits = 0;
};

Counters operator-(const Counters& a, const Counters& b) {
  Counters c;
  c.frames = a.frames - b.frames;
  c.delims = a.delims - b.delims;
  c.messages = a.messages - b.messages;
  c.ignored = a.ignored - b.ignored;
  c.payloadBytes = a.payloadBytes - b.payloadBytes;
  c.wireBytes = a.wireBytes - b.wireBytes;
  c.reads = a.reads - b.reads;
  c.sent = a.sent - b.sent;
  c.sendCalls = a.sendCalls - b.sendCalls;
  c.seqGaps = a.seqGaps - b.seqGaps;
  c.seqLost = a.seqLost - b.seqLost;
  c.seqDup = a.seqDup - b.seqDup;
  c.pings = a.pings - b.pings;
  c.opened = a.opened - b.opened;
  c.epollWaits = a.epollWaits - b.epollWaits;
  return c;
}

class LoadGen {
 public:
  explicit LoadGen(Options o) : o_(std::move(o)), path_(o_.path), backPath_(o_.backPath), conns_(o_.conns) {
    for (size_t i = 0; i < conns_.size(); i++) {
      conns_[i].index = uint32_t(i);
      conns_[i].publisher = i < o_.publishers;
    }
    epfd_ = epoll_create1(EPOLL_CLOEXEC);
    if (epfd_ < 0) die("epoll_create1: %s", strerror(errno));
    resolve();
    buf_.resize(kReadChunk);
  }

  int run();

 private:
  static constexpr size_t kReadChunk = 256 * 1024;

  void resolve() {
    memset(&addr_, 0, sizeof addr_);
    auto* v4 = reinterpret_cast<sockaddr_in*>(&addr_);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&addr_);
    std::string host = o_.host == "localhost" ? "127.0.0.1" : o_.host;
    if (inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
      if ((ntohl(v4->sin_addr.s_addr) >> 24) != 127) die("%s is not a loopback address", host.c_str());
      v4->sin_family = AF_INET;
      v4->sin_port = htons(uint16_t(o_.port));
      addrLen_ = sizeof(sockaddr_in);
    } else if (inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
      if (!IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr)) die("%s is not a loopback address", host.c_str());
      v6->sin6_family = AF_INET6;
      v6->sin6_port = htons(uint16_t(o_.port));
      addrLen_ = sizeof(sockaddr_in6);
    } else {
      die("--host wants a loopback IP address, not %s", host.c_str());
    }
  }

  uint32_t random() {  // xorshift32, never 0
    rng_ ^= rng_ << 13;
    rng_ ^= rng_ >> 17;
    rng_ ^= rng_ << 5;
    return rng_;
  }

  // ---- connecting

  void startConnect(Conn& c) {
    int fd = socket(addr_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket: %s (raise ulimit -n?)", strerror(errno));
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (o_.sourceIps > 1 && addr_.ss_family == AF_INET) {
      sockaddr_in src{};
      src.sin_family = AF_INET;
      src.sin_addr.s_addr = htonl(0x7f000001u + c.index % uint32_t(o_.sourceIps));
      setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
      if (bind(fd, reinterpret_cast<sockaddr*>(&src), sizeof src) < 0) die("bind: %s", strerror(errno));
    }
    c.fd = fd;
    c.state = State::Connecting;
    c.seenBeforeReady = c.inflight = 0;
    c.seqKnown = false;
    c.in.clear();
    c.out.clear();
    c.outOff = 0;
    c.wantOut = true;
    c.connectStartNs = nowNs();
    connecting_++;
    int r = connect(fd, reinterpret_cast<sockaddr*>(&addr_), addrLen_);
    if (r < 0 && errno != EINPROGRESS) {
      fail(c, std::string("connect: ") + strerror(errno));
      return;
    }
    epoll_event ev{};
    ev.events = EPOLLIN | EPOLLOUT;
    ev.data.u32 = c.index;
    if (epoll_ctl(epfd_, EPOLL_CTL_ADD, fd, &ev) < 0) die("epoll_ctl: %s", strerror(errno));
  }

  void sendUpgrade(Conn& c) {
    static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char key[25];
    for (int i = 0; i < 21; i++) key[i] = b64[random() & 63];
    key[21] = "AQgw"[random() & 3];  // 16 bytes leave four zero bits in the last digit
    key[22] = key[23] = '=';
    key[24] = 0;
    std::string req = "GET " + (c.isBack ? backPath_ : path_).render(0, 0, c.index, c.memory) + " HTTP/1.1\r\nHost: " + o_.host + ":" +
                      std::to_string(o_.port) +
                      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                      key + "\r\n";
    if (!o_.subprotocol.empty()) req += "Sec-WebSocket-Protocol: " + o_.subprotocol + "\r\n";
    if (o_.offerDeflate) req += "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    for (const auto& h : o_.headers) req += Template(h).render(0, 0, c.index) + "\r\n";
    req += "\r\n";
    c.state = State::Upgrading;
    c.out += req;
    flush(c);
  }

  // Reads the HTTP response head; returns bytes eaten, 0 when it is not whole yet, or npos on failure.
  size_t onUpgradeBytes(Conn& c, std::string_view data) {
    size_t end = data.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      if (data.size() > 65536) return fail(c, "response head too long"), std::string_view::npos;
      return 0;
    }
    if (data.substr(0, 12) != "HTTP/1.1 101")
      return fail(c, "upgrade refused: " + std::string(data.substr(0, data.find('\r')))), std::string_view::npos;
    c.state = State::Hello;
    for (const auto& h : c.isBack ? o_.backHello : o_.hello)
      queueFrame(c, h.render(stampUs(nowNs()), 0, c.index, c.memory), o_.binary ? 2 : 1);
    if (readyAfter(c) == 0) becomeReady(c);
    return end + 4;
  }

  size_t readyAfter(const Conn& c) const { return c.isBack ? o_.backReadyAfter : o_.readyAfter; }

  void becomeReady(Conn& c) {
    c.state = State::Ready;
    connecting_--;
    ready_++;
    n_.opened++;
    connectHist_.add((nowNs() - c.connectStartNs) / 1000);
    if (c.index >= conns_.size() - o_.stall) {
      c.stalled = true;
      updateInterest(c);
    }
    if (o_.mode == Mode::Churn) {
      churnQueue_.push_back(c.index);
    } else if (loadOn_ && o_.mode == Mode::Echo && o_.rate == 0) {
      fillEcho(c, nowNs());
    }
  }

  void fail(Conn& c, const std::string& why) {
    failures_[why]++;
    closeConn(c);
  }

  void closeConn(Conn& c) {
    if (c.fd < 0) return;
    close(c.fd);
    c.fd = -1;
    if (c.state == State::Ready) ready_--;
    else connecting_--;
    c.state = State::Closed;
    closedConns_++;
    if (churnOn_ && !recycling_) retryAtNs_ = nowNs() + 10000000, failedChurn_.push_back(c.index);
  }

  // Cuts a connection off without a word: no TIME_WAIT pile on loopback. It does not count as closed.
  void reset(Conn& c) {
    static const linger hard{1, 0};
    setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    recycling_ = true;
    closeConn(c);
    recycling_ = false;
    closedConns_--;
  }

  // ---- sending

  uint64_t stampUs(uint64_t ns) const { return kStampBase + ns / 1000; }

  void queueFrame(Conn& c, std::string_view payload, int opcode) {
    unsigned char head[14];
    size_t n = 0;
    head[n++] = uint8_t(0x80 | opcode);
    if (payload.size() < 126) {
      head[n++] = uint8_t(0x80 | payload.size());
    } else if (payload.size() < 65536) {
      head[n++] = 0x80 | 126;
      head[n++] = uint8_t(payload.size() >> 8);
      head[n++] = uint8_t(payload.size());
    } else {
      head[n++] = 0x80 | 127;
      for (int s = 56; s >= 0; s -= 8) head[n++] = uint8_t(uint64_t(payload.size()) >> s);
    }
    uint32_t key = random();
    memcpy(head + n, &key, 4);
    n += 4;
    size_t at = c.out.size();
    c.out.append(reinterpret_cast<char*>(head), n);
    c.out.append(payload);
    char* p = c.out.data() + at + n;
    const char* k = reinterpret_cast<char*>(&key);
    size_t i = 0;
    for (; i + 4 <= payload.size(); i += 4) {
      uint32_t w;
      memcpy(&w, p + i, 4);
      w ^= key;
      memcpy(p + i, &w, 4);
    }
    for (; i < payload.size(); i++) p[i] ^= k[i & 3];
    if (!c.dirty) {
      c.dirty = true;
      dirty_.push_back(c.index);
    }
  }

  void sendMsg(Conn& c, uint64_t intendedNs, uint64_t seq) {
    scratch_.clear();
    o_.msg.render(scratch_, stampUs(intendedNs), seq, c.index);
    queueFrame(c, scratch_, o_.binary ? 2 : 1);
    n_.sent++;
  }

  void flush(Conn& c) {
    c.dirty = false;
    if (c.fd < 0 || c.state == State::Connecting) return;  // a churned connection may still be listed as dirty
    while (c.outOff < c.out.size()) {
      n_.sendCalls++;
      ssize_t r = send(c.fd, c.out.data() + c.outOff, c.out.size() - c.outOff, MSG_NOSIGNAL);
      if (r < 0) {
        if (errno == EINTR) continue;
        if (errno == EAGAIN) {
          if (!c.wantOut) c.wantOut = true, updateInterest(c);
          return;
        }
        fail(c, std::string("send: ") + strerror(errno));
        return;
      }
      c.outOff += size_t(r);
    }
    c.out.clear();
    c.outOff = 0;
    if (c.wantOut) c.wantOut = false, updateInterest(c);
  }

  void flushDirty() {
    for (size_t i = 0; i < dirty_.size(); i++) flush(conns_[dirty_[i]]);
    dirty_.clear();
  }

  void updateInterest(Conn& c) {
    if (c.fd < 0) return;
    epoll_event ev{};
    ev.events = (c.stalled ? 0u : unsigned(EPOLLIN)) | (c.wantOut ? unsigned(EPOLLOUT) : 0u);
    ev.data.u32 = c.index;
    epoll_ctl(epfd_, EPOLL_CTL_MOD, c.fd, &ev);
  }

  void fillEcho(Conn& c, uint64_t now) {
    while (c.inflight < o_.pipeline) {
      sendMsg(c, now, c.sendSeq++);
      c.inflight++;
    }
  }

  // ---- receiving

  void onReadable(Conn& c) {
    size_t kept = c.in.size();
    if (buf_.size() < kept + kReadChunk) buf_.resize(kept + kReadChunk);
    if (kept) memcpy(buf_.data(), c.in.data(), kept);
    n_.reads++;
    ssize_t r = recv(c.fd, buf_.data() + kept, kReadChunk, 0);
    if (r < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      return fail(c, std::string("recv: ") + strerror(errno));
    }
    if (r == 0) return fail(c, "closed by server (EOF)");
    n_.wireBytes += uint64_t(r);
    recvNs_ = nowNs();
    std::string_view data(buf_.data(), kept + size_t(r));
    if (c.state == State::Upgrading) {
      size_t eaten = onUpgradeBytes(c, data);
      if (eaten == std::string_view::npos) return;
      data.remove_prefix(eaten);
    }
    if (c.state != State::Upgrading) {
      size_t eaten = parseFrames(c, data);
      if (c.fd < 0) return;
      data.remove_prefix(eaten);
    }
    c.in.assign(data.data(), data.size());
    if (loadOn_ && o_.mode == Mode::Echo && o_.rate == 0 && c.state == State::Ready) fillEcho(c, recvNs_);
  }

  size_t parseFrames(Conn& c, std::string_view data) {
    size_t at = 0;
    while (data.size() - at >= 2) {
      const auto* p = reinterpret_cast<const uint8_t*>(data.data()) + at;
      size_t left = data.size() - at, head = 2;
      uint64_t len = p[1] & 0x7f;
      if (len == 126) {
        if (left < 4) break;
        len = uint64_t(p[2]) << 8 | p[3];
        head = 4;
      } else if (len == 127) {
        if (left < 10) break;
        len = 0;
        for (int i = 2; i < 10; i++) len = len << 8 | p[i];
        head = 10;
      }
      if (p[1] & 0x80) return fail(c, "masked frame from the server"), at;
      if (left < head + len) break;
      onFrame(c, p[0], data.substr(at + head, size_t(len)));
      if (c.fd < 0) return at;
      at += head + size_t(len);
    }
    return at;
  }

  void onFrame(Conn& c, uint8_t first, std::string_view payload) {
    int opcode = first & 0x0f;
    bool fin = first & 0x80, compressed = first & 0x40;
    switch (opcode) {
      case 0: case 1: case 2: {
        n_.frames++;
        n_.payloadBytes += payload.size();
        if (compressed || o_.countBy == CountBy::Frames) {
          if (fin) onMessage(c, payload);
        } else if (o_.countBy == CountBy::Varint && c.state == State::Hello) {
          if (fin) onMessage(c, payload);  // the SignalR handshake is JSON in a frame of its own
        } else if (o_.countBy == CountBy::Varint) {
          splitVarint(c, payload);
        } else {
          size_t pieces = splitDelim(c, payload);
          if (!pieces && o_.countBy == CountBy::Auto && fin) onMessage(c, payload);
        }
        break;
      }
      case 8: {
        int code = payload.size() >= 2 ? (uint8_t(payload[0]) << 8 | uint8_t(payload[1])) : 1005;
        fail(c, "close frame " + std::to_string(code) +
                    (payload.size() > 2 ? " " + std::string(payload.substr(2)) : std::string()));
        break;
      }
      case 9:
        n_.pings++;
        queueFrame(c, payload, 10);
        break;
      case 10:
        break;
      default:
        fail(c, "unknown opcode " + std::to_string(opcode));
    }
  }

  size_t splitDelim(Conn& c, std::string_view payload) {
    size_t pieces = 0;
    while (!payload.empty()) {
      const void* e = memchr(payload.data(), 0x1e, payload.size());
      if (!e) break;
      size_t len = size_t(static_cast<const char*>(e) - payload.data());
      n_.delims++;
      pieces++;
      onMessage(c, payload.substr(0, len));
      if (c.fd < 0) break;
      payload.remove_prefix(len + 1);
    }
    return pieces;
  }

  void splitVarint(Conn& c, std::string_view payload) {
    while (!payload.empty()) {
      uint64_t len = 0;
      size_t n = 0;
      int shift = 0;
      bool more = true;
      while (more && n < payload.size() && n < 5) {
        uint8_t b = uint8_t(payload[n++]);
        len |= uint64_t(b & 0x7f) << shift;
        shift += 7;
        more = b & 0x80;
      }
      if (more || len > payload.size() - n) return fail(c, "bad varint framing");
      onMessage(c, payload.substr(n, size_t(len)));
      if (c.fd < 0) return;
      payload.remove_prefix(n + size_t(len));
    }
  }

  void onMessage(Conn& c, std::string_view m) {
    for (const auto& [trigger, reply] : o_.autoreply)
      if (m == trigger) {
        n_.ignored++;
        queueFrame(c, reply, 1);
        return;
      }
    for (const auto& s : o_.ignore)
      if (m == s) {
        n_.ignored++;
        return;
      }
    if (!o_.answerIf.empty() && m.find(o_.answerIf) != std::string_view::npos) {
      remember(c, m);
      answer(c, m);
      n_.ignored++;
      return;
    }
    if (o_.answerIf.empty() && !c.isBack) remember(c, m);
    if (c.state == State::Hello) {
      if (++c.seenBeforeReady >= readyAfter(c)) becomeReady(c);
      return;
    }
    if (!o_.countPrefix.empty() && m.substr(0, o_.countPrefix.size()) != o_.countPrefix) {
      n_.ignored++;
      return;
    }
    n_.messages++;
    if (c.inflight) c.inflight--;
    if (uint64_t v = stampIn(m)) {
      uint64_t now = stampUs(recvNs_);
      latencyHist_.add(now > v ? now - v : 0);
    }
    if (o_.checkSeq)
      if (const char* p = find(m, o_.seqMarker)) checkSeq(c, strtoull(p, nullptr, 10));
  }

  // The time stamp of a message, 0 when it has none.
  uint64_t stampIn(std::string_view m) const {
    const char* p = find(m, o_.tsMarker);
    if (!p) return 0;
    uint64_t v = 0;
    int digits = 0;
    for (const char* e = m.data() + m.size(); p < e && digits < 16 && *p >= '0' && *p <= '9'; p++, digits++)
      v = v * 10 + uint64_t(*p - '0');
    return digits == 16 ? v : 0;
  }

  void remember(Conn& c, std::string_view m) {
    for (size_t i = 0; i < o_.remember.size(); i++) {
      const auto& [after, until] = o_.remember[i];
      size_t from = m.find(after);
      if (from == std::string_view::npos) continue;
      from += after.size();
      size_t to = m.find(until, from);
      if (to != std::string_view::npos) c.memory[i].assign(m.substr(from, to - from));
    }
  }

  void answer(Conn& c, std::string_view question) {
    scratch_.clear();
    o_.answer.render(scratch_, stampIn(question), c.sendSeq, c.index, c.memory);
    if (o_.countBy == CountBy::Varint) {
      std::string head;
      size_t rest = scratch_.size();
      do {
        head += char((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
        rest >>= 7;
      } while (rest);
      scratch_.insert(0, head);
    }
    queueFrame(c, scratch_, o_.binary ? 2 : 1);
  }

  void checkSeq(Conn& c, uint64_t seq) {
    if (c.seqKnown && seq != c.nextSeq) {
      if (seq > c.nextSeq) n_.seqGaps++, n_.seqLost += seq - c.nextSeq;
      else n_.seqDup++;  // seen before, or late
    }
    if (!c.seqKnown || seq >= c.nextSeq) c.nextSeq = seq + 1;
    c.seqKnown = true;
  }

  static const char* find(std::string_view m, const std::string& marker) {
    if (marker.empty()) return nullptr;
    const void* p = memmem(m.data(), m.size(), marker.data(), marker.size());
    return p ? static_cast<const char*>(p) + marker.size() : nullptr;
  }

  // ---- driving load

  size_t recipients() const {
    size_t live = ready_ - std::min(ready_, o_.stall);
    return o_.noSelf && live ? live - 1 : live;
  }

  // Sends what is due. Returns the time of the next send in ns (0: no timer needed).
  uint64_t drive(uint64_t now) {
    if (!loadOn_) return 0;
    if (o_.mode == Mode::Echo && o_.rate > 0) {
      return paced(now, [&](uint64_t due) {
        for (size_t tries = 0; tries < conns_.size(); tries++) {
          Conn& c = conns_[turn_++ % conns_.size()];
          if (c.state != State::Ready || c.stalled) continue;
          sendMsg(c, due, c.sendSeq++);
          return;
        }
      });
    }
    if (o_.mode == Mode::Fanout && o_.publishers) {
      auto publish = [&](uint64_t at) {
        for (size_t tries = 0; tries < o_.publishers; tries++) {
          Conn& c = conns_[turn_++ % o_.publishers];
          if (c.state != State::Ready) continue;
          sendMsg(c, at, published_++);
          return true;
        }
        return false;
      };
      if (o_.rate > 0) return paced(now, [&](uint64_t due) { publish(due); });
      size_t r = recipients();
      while (r && published_ - basePublished_ < (n_.messages - baseMessages_) / (r * o_.perPublication) + o_.pipeline)
        if (!publish(now)) break;
    }
    return 0;
  }

  template <class F>
  uint64_t paced(uint64_t now, F&& f) {
    if (nextDueNs_ == 0) nextDueNs_ = double(now);
    int burst = 0;
    while (nextDueNs_ <= double(now) && burst++ < 4096) {
      f(uint64_t(nextDueNs_));
      nextDueNs_ += 1e9 / o_.rate;
    }
    return uint64_t(nextDueNs_);
  }

  void keepalive(uint64_t now) {
    if (!o_.hasKeepalive || o_.keepaliveEvery <= 0) return;
    if (!keepaliveNextNs_) keepaliveNextNs_ = double(now);
    double step = o_.keepaliveEvery * 1e9 / double(conns_.size());
    for (int burst = 0; keepaliveNextNs_ <= double(now) && burst < 1024; burst++, keepaliveNextNs_ += step) {
      Conn& c = conns_[keepaliveTurn_++ % conns_.size()];
      if (c.state == State::Ready) queueFrame(c, o_.keepalive.render(stampUs(now), 0, c.index), o_.binary ? 2 : 1);
    }
  }

  void topUpConnects() {
    if (o_.mode == Mode::Churn && churnOn_) {
      for (uint32_t i : churnQueue_) {
        Conn& c = conns_[i];
        if (c.fd < 0) continue;
        reset(c);
        startConnect(c);
      }
      churnQueue_.clear();
      if (!failedChurn_.empty() && nowNs() >= retryAtNs_) {  // refused: try again after 10 ms
        std::vector<uint32_t> again;
        again.swap(failedChurn_);
        for (uint32_t i : again) startConnect(conns_[i]);
      }
    }
    while (connectOn_ && nextToConnect_ < conns_.size() && connecting_ < o_.connectConcurrency)
      startConnect(conns_[nextToConnect_++]);
  }

  // Runs the event loop until `until` (ns) or until `stop()` is true.
  template <class Stop>
  void pump(uint64_t until, Stop&& stop) {
    std::array<epoll_event, 1024> evs;
    for (;;) {
      topUpConnects();
      uint64_t now = nowNs();
      uint64_t next = drive(now);
      keepalive(now);
      flushDirty();
      if (now >= until || stop()) return;
      uint64_t wake = until;
      if (next) wake = std::min(wake, next);
      if (o_.hasKeepalive) wake = std::min(wake, now + 1000000);
      uint64_t wait = o_.spin || wake <= now ? 0 : wake - now;
      wait = std::min<uint64_t>(wait, 100000000);
      timespec ts{time_t(wait / 1000000000), long(wait % 1000000000)};
      int k = epoll_pwait2(epfd_, evs.data(), int(evs.size()), &ts, nullptr);
      n_.epollWaits++;
      if (k < 0) {
        if (errno == EINTR) continue;
        die("epoll_pwait2: %s", strerror(errno));
      }
      for (int i = 0; i < k; i++) {
        Conn& c = conns_[evs[size_t(i)].data.u32];
        if (c.fd < 0) continue;
        uint32_t e = evs[size_t(i)].events;
        if (c.state == State::Connecting) {
          if (e & (EPOLLOUT | EPOLLERR | EPOLLHUP)) {
            int err = 0;
            socklen_t len = sizeof err;
            getsockopt(c.fd, SOL_SOCKET, SO_ERROR, &err, &len);
            if (err) fail(c, std::string("connect: ") + strerror(err));
            else sendUpgrade(c);
          }
          continue;
        }
        if (e & EPOLLOUT) flush(c);
        if (c.fd >= 0 && !c.stalled && (e & (EPOLLIN | EPOLLERR | EPOLLHUP))) onReadable(c);
      }
    }
  }

  void report(const ProcSample& s0, const ProcSample& s1, const ProcSample& w0, const ProcSample& w1, const Counters& win,
              double connectSec, double winSec, double ownCpu, const Counters& drained) const;
  void storm();
  std::string failuresJson() const;

  Options o_;
  Template path_, backPath_;
  std::vector<Conn> conns_;
  int epfd_ = -1;
  sockaddr_storage addr_{};
  socklen_t addrLen_ = 0;
  std::string buf_, scratch_;
  std::vector<uint32_t> dirty_, churnQueue_, failedChurn_;
  uint32_t rng_ = 0x9e3779b9u;
  size_t connecting_ = 0, ready_ = 0, closedConns_ = 0, nextToConnect_ = 0, turn_ = 0, keepaliveTurn_ = 0;
  uint64_t published_ = 0, basePublished_ = 0, baseMessages_ = 0, recvNs_ = 0;
  double nextDueNs_ = 0, keepaliveNextNs_ = 0;
  bool loadOn_ = false, connectOn_ = false, churnOn_ = false, recycling_ = false;
  uint64_t retryAtNs_ = 0;
  Counters n_;
  Histogram latencyHist_, connectHist_;
  std::map<std::string, uint64_t> failures_;
};

std::string jsonString(const std::string& s) {
  std::string r = "\"";
  for (unsigned char ch : s) {
    if (ch == '"' || ch == '\\') r += '\\', r += char(ch);
    else if (ch < 0x20 || ch >= 0x7f) {
      char tmp[8];
      snprintf(tmp, sizeof tmp, "\\u%04x", ch);
      r += tmp;
    } else r += char(ch);
  }
  return r + "\"";
}

int LoadGen::run() {
  auto never = [] { return false; };
  auto secs = [](double s) { return uint64_t(s * 1e9); };

  // 1. connect
  ProcSample s0 = sampleProcesses(o_.serverPids);
  uint64_t t0 = nowNs();
  connectOn_ = true;
  if (o_.mode == Mode::Churn) {
    o_.conns = std::min(o_.conns, o_.connectConcurrency);
    conns_.resize(o_.conns);
    churnOn_ = true;
  }
  pump(t0 + secs(o_.connectTimeout), [&] {
    return (o_.mode == Mode::Churn && n_.opened + closedConns_ > 0) || ready_ + closedConns_ >= conns_.size();
  });
  double connectSec = double(nowNs() - t0) * 1e-9;
  if (!ready_ && o_.mode != Mode::Churn) {
    for (const auto& [why, k] : failures_) fprintf(stderr, "loadgen: %lu x %s\n", (unsigned long)k, why.c_str());
    die("no connection became ready");
  }
  ProcSample sConnected = sampleProcesses(o_.serverPids);
  pump(nowNs() + secs(o_.settle), never);
  ProcSample s1 = sampleProcesses(o_.serverPids);
  s1.cpuSec = sConnected.cpuSec, s1.userSec = sConnected.userSec, s1.sysSec = sConnected.sysSec;

  fprintf(stderr, "settled\n");
  if (o_.mode == Mode::Storm) {
    storm();
    return failures_.empty() ? 0 : 1;
  }

  // 2. warm up
  basePublished_ = published_, baseMessages_ = n_.messages;
  loadOn_ = o_.mode == Mode::Echo || o_.mode == Mode::Fanout;
  if (loadOn_ && o_.mode == Mode::Echo && o_.rate == 0)
    for (auto& c : conns_)
      if (c.state == State::Ready && !c.stalled) fillEcho(c, nowNs());
  pump(nowNs() + secs(o_.warmup), never);

  // 3. measure
  latencyHist_.clear();
  if (o_.mode == Mode::Churn) connectHist_.clear();
  Counters before = n_;
  ProcSample w0 = sampleProcesses(o_.serverPids);
  double own0 = ownCpuSec();
  uint64_t t1 = nowNs();
  pump(t1 + secs(o_.duration), never);
  double winSec = double(nowNs() - t1) * 1e-9;
  double own = ownCpuSec() - own0;
  ProcSample w1 = sampleProcesses(o_.serverPids);
  Counters win = n_ - before;

  // 4. drain
  loadOn_ = false;
  churnOn_ = false;
  uint64_t quietAt = n_.wireBytes;
  for (double waited = 0; waited < o_.drain && o_.mode != Mode::Idle && o_.mode != Mode::Churn; waited += 0.1) {
    pump(nowNs() + secs(0.1), never);
    if (n_.wireBytes == quietAt) break;
    quietAt = n_.wireBytes;
  }
  report(s0, s1, w0, w1, win, connectSec, winSec, own, n_ - before);
  for (auto& c : conns_)
    if (c.fd >= 0) reset(c);
  return failures_.empty() ? 0 : 1;
}

// Everybody has had a message and is cut off at once; everybody comes back at once.
void LoadGen::storm() {
  auto never = [] { return false; };
  auto secs = [](double s) { return uint64_t(s * 1e9); };
  const size_t all = ready_;
  if (o_.publishers) {
    sendMsg(conns_[0], nowNs(), published_++);
    pump(nowNs() + secs(o_.connectTimeout), [&] { return n_.messages >= all; });
    if (n_.messages < all) die("only %lu of %zu connections got the message before the storm", (unsigned long)n_.messages, all);
  }
  if (o_.hasStormAck)
    for (auto& c : conns_)
      if (c.state == State::Ready) queueFrame(c, o_.stormAck.render(0, 0, c.index, c.memory), o_.binary ? 2 : 1);
  pump(nowNs() + secs(o_.settle), never);

  connectHist_.clear();
  Counters before = n_;
  ProcSample w0 = sampleProcesses(o_.serverPids);
  double own0 = ownCpuSec();
  uint64_t t0 = nowNs();
  for (auto& c : conns_) {
    if (c.fd < 0) continue;
    reset(c);
    c.isBack = true;
  }
  nextToConnect_ = 0;
  o_.connectConcurrency = conns_.size();
  pump(t0 + secs(o_.connectTimeout), [&] { return ready_ + closedConns_ >= conns_.size(); });
  double backSec = double(nowNs() - t0) * 1e-9;
  pump(nowNs() + secs(o_.settle), never);
  ProcSample w1 = sampleProcesses(o_.serverPids);
  Counters win = n_ - before;
  double own = ownCpuSec() - own0;
  if (ready_ < all) failures_["did not come back"] += all - ready_;

  const double back = double(win.opened);
  const double cpuUs = back ? (w1.cpuSec - w0.cpuSec) * 1e6 / back : 0;
  fprintf(stderr, "%s storm: %.0f of %zu back in %.3fs, %.1f us of server CPU each\n", o_.label.c_str(), back, all, backSec, cpuUs);
  for (const auto& [why, k] : failures_) fprintf(stderr, "  failed: %lu x %s\n", (unsigned long)k, why.c_str());
  if (o_.json) {
    printf("{\"label\":%s,\"mode\":\"storm\",\"conns\":%zu,\"opened\":%.0f,\"back_s\":%.4f,\"connects_per_s\":%.0f,"
           "\"server\":{\"accept_cpu_us\":%.2f,\"rss_before_kb\":%lu,\"rss_end_kb\":%lu},\"loadgen\":{\"cpu_pct\":%.1f},"
           "\"failures\":%s}\n",
           jsonString(o_.label).c_str(), conns_.size(), back, backSec, back / backSec, cpuUs, (unsigned long)w0.rssKb,
           (unsigned long)w1.rssKb, own / backSec * 100, failuresJson().c_str());
    fflush(stdout);
  }
  for (auto& c : conns_)
    if (c.fd >= 0) reset(c);
}

std::string LoadGen::failuresJson() const {
  std::string r = "{";
  for (const auto& [why, k] : failures_) r += (r.size() > 1 ? "," : "") + jsonString(why) + ":" + std::to_string(k);
  return r + "}";
}

void LoadGen::report(const ProcSample& s0, const ProcSample& s1, const ProcSample& w0, const ProcSample& w1,
                     const Counters& win, double connectSec, double winSec, double ownCpu, const Counters& all) const {
  const double opened = double(o_.mode == Mode::Churn ? win.opened : n_.opened);
  const double srvWin = w1.cpuSec - w0.cpuSec;
  const double per = win.messages ? 1e6 / double(win.messages) : 0;
  const double acceptUs = !opened ? 0 : o_.mode == Mode::Churn ? srvWin * 1e6 / opened : (s1.cpuSec - s0.cpuSec) * 1e6 / opened;
  const double rssPerConn = n_.opened ? (double(s1.rssKb) - double(s0.rssKb)) * 1024 / double(n_.opened) : 0;
  const double ticks = (w1.userSec - w0.userSec) + (w1.sysSec - w0.sysSec);
  const double sysShare = ticks > 0 ? (w1.sysSec - w0.sysSec) / ticks : 0;

  if (o_.mode == Mode::Churn)
    fprintf(stderr, "%s churn: %.0f connections opened in the window (%.0f/s)\n", o_.label.c_str(), opened, opened / winSec);
  else
    fprintf(stderr, "%s %s: %zu conns (%zu failed) in %.3fs (%.0f/s)\n", o_.label.c_str(), modeName(o_.mode),
            size_t(n_.opened), closedConns_, connectSec, double(n_.opened) / connectSec);
  fprintf(stderr, "  %.0f msg/s  %.0f frames/s  (%.2f msg/frame)  %.1f MB/s  sent %.0f/s  loadgen cpu %.0f%%\n",
          double(win.messages) / winSec, double(win.frames) / winSec,
          win.frames ? double(win.messages) / double(win.frames) : 0, double(win.wireBytes) / winSec / 1e6,
          double(win.sent) / winSec, ownCpu / winSec * 100);
  if (latencyHist_.count())
    fprintf(stderr, "  latency us: p50 %lu  p90 %lu  p99 %lu  p99.9 %lu  max %lu\n", (unsigned long)latencyHist_.quantile(.5),
            (unsigned long)latencyHist_.quantile(.9), (unsigned long)latencyHist_.quantile(.99),
            (unsigned long)latencyHist_.quantile(.999), (unsigned long)latencyHist_.max());
  if (!o_.serverPids.empty())
    fprintf(stderr, "  server: %.0f%% cpu, %.3f us/msg (sys share %.0f%%), %.1f us/accept, rss %.1f MB, %.0f bytes/conn\n",
            srvWin / winSec * 100, srvWin * per, sysShare * 100, acceptUs, double(w1.rssKb) / 1024, rssPerConn);
  if (o_.checkSeq)
    fprintf(stderr, "  sequence: %lu gaps, %lu lost, %lu duplicate or late\n", (unsigned long)all.seqGaps,
            (unsigned long)all.seqLost, (unsigned long)all.seqDup);
  for (const auto& [why, k] : failures_) fprintf(stderr, "  failed: %lu x %s\n", (unsigned long)k, why.c_str());
  if (!o_.json) return;

  auto hist = [](const Histogram& h) {
    char tmp[256];
    snprintf(tmp, sizeof tmp,
             "{\"count\":%lu,\"mean\":%.1f,\"p50\":%lu,\"p90\":%lu,\"p99\":%lu,\"p999\":%lu,\"max\":%lu}",
             (unsigned long)h.count(), h.mean(), (unsigned long)h.quantile(.5), (unsigned long)h.quantile(.9),
             (unsigned long)h.quantile(.99), (unsigned long)h.quantile(.999), (unsigned long)h.max());
    return std::string(tmp);
  };
  printf("{\"label\":%s,\"mode\":\"%s\",\"conns\":%zu,\"opened\":%lu,\"closed\":%zu,\"rate\":%g,\"pipeline\":%zu,"
         "\"connect_s\":%.4f,\"connects_per_s\":%.0f,\"connect_us\":%s,\"window_s\":%.4f,",
         jsonString(o_.label).c_str(), modeName(o_.mode), conns_.size(), (unsigned long)n_.opened, closedConns_, o_.rate,
         o_.pipeline, connectSec, o_.mode == Mode::Churn ? opened / winSec : double(n_.opened) / connectSec,
         hist(connectHist_).c_str(), winSec);
  printf("\"messages\":%lu,\"frames\":%lu,\"delims\":%lu,\"ignored\":%lu,\"sent\":%lu,\"msgs_per_s\":%.1f,"
         "\"frames_per_s\":%.1f,\"msgs_per_frame\":%.3f,\"payload_bytes\":%lu,\"wire_bytes\":%lu,\"wire_mb_per_s\":%.2f,\"reads\":%lu,",
         (unsigned long)win.messages, (unsigned long)win.frames, (unsigned long)win.delims, (unsigned long)win.ignored,
         (unsigned long)win.sent, double(win.messages) / winSec, double(win.frames) / winSec,
         win.frames ? double(win.messages) / double(win.frames) : 0, (unsigned long)win.payloadBytes, (unsigned long)win.wireBytes,
         double(win.wireBytes) / winSec / 1e6, (unsigned long)win.reads);
  printf("\"latency_us\":%s,\"messages_with_drain\":%lu,\"sent_with_drain\":%lu,", hist(latencyHist_).c_str(),
         (unsigned long)all.messages, (unsigned long)all.sent);
  if (o_.checkSeq)
    printf("\"seq\":{\"gaps\":%lu,\"lost\":%lu,\"dup\":%lu},", (unsigned long)all.seqGaps, (unsigned long)all.seqLost,
           (unsigned long)all.seqDup);
  if (!o_.serverPids.empty())
    printf("\"server\":{\"cpu_pct\":%.1f,\"cpu_us_per_msg\":%.4f,\"sys_share\":%.3f,\"accept_cpu_us\":%.2f,"
           "\"rss_before_kb\":%lu,\"rss_connected_kb\":%lu,\"rss_end_kb\":%lu,\"rss_bytes_per_conn\":%.0f},",
           srvWin / winSec * 100, srvWin * per, sysShare, acceptUs, (unsigned long)s0.rssKb, (unsigned long)s1.rssKb,
           (unsigned long)w1.rssKb, rssPerConn);
  printf("\"loadgen\":{\"cpu_pct\":%.1f},\"failures\":%s}\n", ownCpu / winSec * 100, failuresJson().c_str());
  fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  rlimit lim;
  if (getrlimit(RLIMIT_NOFILE, &lim) == 0) {
    lim.rlim_cur = lim.rlim_max;
    setrlimit(RLIMIT_NOFILE, &lim);
  }
  LoadGen gen(parseOptions(argc, argv));
  return gen.run();
}
