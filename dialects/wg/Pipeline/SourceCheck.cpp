// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Pipeline/SourceCheck.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

using llvm::StringRef;
using llvm::Twine;

namespace wg {

namespace {

/// One walk over the characters, past strings and comments.
class SourceScanner {
public:
  explicit SourceScanner(StringRef text) : text(text) {}

  std::optional<SourceProblem> scan() {
    while (at < text.size() && !problem) {
      char c = text[at];
      if (c == '"')
        quoted();
      else if (text.substr(at).starts_with("//"))
        at = std::min(text.find('\n', at), text.size());
      else {
        counted(c);
        if (text.substr(at).starts_with("array<") && text.substr(at + 6).ltrim().starts_with("index"))
          fail(at, "expected integers or floats in array<...> but got index; write i64");
        ++at;
      }
    }
    return problem;
  }

private:
  // The parser recurses where brackets nest and where signs follow each other.
  static constexpr int mostNested = 256;

  void fail(size_t where, const Twine &message) {
    StringRef before = text.take_front(where);
    problem = {before.count('\n') + 1, where - before.rfind('\n'), message.str()};
  }

  /// A string; before "(" it is the name of an op, but for symbols (after "@") and locations (after "(", "[", ",",
  /// "at").
  void quoted() {
    size_t start = at++;
    while (at < text.size() && text[at] != '"' && text[at] != '\n')
      at += text[at] == '\\' ? 2 : 1;
    StringRef name = text.slice(start + 1, at++);
    StringRef before = text.take_front(start).rtrim();
    bool isOp = before.empty() || (!StringRef("@([,").contains(before.back()) && !before.ends_with(" at"));
    if (!isOp || !text.substr(at).ltrim().starts_with("("))
      return;
    auto [dialect, op] = name.split('.');
    if (dialect.empty() || op.empty())
      fail(start, "expected the name of an op, such as \"wg.sin\", but got \"" + name + "\"");
  }

  void counted(char c) {
    constexpr StringRef open = "([{<", close = ")]}>";
    size_t kind = open.find(c);
    if (kind != StringRef::npos && ++depth[kind] > mostNested)
      fail(at, "expected at most " + Twine(mostNested) + " nested brackets but got more");
    kind = close.find(c);
    if (kind != StringRef::npos)
      depth[kind] = std::max(0, depth[kind] - 1);
    signs = c == '-' || c == '+' ? signs + 1 : llvm::isSpace(c) ? signs : 0;
    if (signs > 4 * mostNested)
      fail(at, "expected text without long rows of signs");
  }

  StringRef text;
  size_t at = 0;
  int depth[4] = {}, signs = 0;
  std::optional<SourceProblem> problem;
};

} // namespace

std::optional<SourceProblem> checkSource(StringRef text) { return SourceScanner(text).scan(); }

} // namespace wg
