#!/usr/bin/env python3
"""Plants violations in a temporary tree; tests/tidy.py has to find each, and nothing else."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tidy  # noqa: E402
import tidy_text  # noqa: E402

HEADER = "#pragma once\n"
EXCEPTIONS = "tests/tidy_exceptions.txt"


def found_in(files: dict[str, str]) -> list[str]:
    """All lines that tidy prints about a project of these files."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        for documented in tidy.DOCUMENTED:
            if (root / documented).is_dir() and "no README" not in files:
                (root / documented / "README.md").touch()
        return [line for lines in tidy.violations(root).values() for line in lines]


def lines_of_code(count: int) -> str:
    return "  step();\n" * count


class TidyTest(unittest.TestCase):
    def assert_found(self, files: dict[str, str], *wanted: str):
        found = found_in(files)
        self.assertEqual(len(found), len(wanted), found)
        for part, line in zip(wanted, found):
            self.assertIn(part, line)

    def assert_clean(self, files: dict[str, str]):
        self.assertEqual(found_in(files), [])

    def assert_call_found(self, code: str, path: str = "ledger/log.cpp"):
        self.assert_found({path: f"void f() {{ {code} }}\n"}, f"{path}:1: ")


class LayerTest(TidyTest):
    def test_a_lower_layer_must_not_know_a_higher_one(self):
        self.assert_found({"ledger/merkle.hpp": HEADER + '#include "registry/chip.hpp"\n'},
                          "ledger/merkle.hpp:2: ledger must not know registry")

    def test_siblings_must_not_know_each_other(self):
        self.assert_found({"sampler/plan.cpp": '#include "attestation/appraise.hpp"\n'},
                          "sampler must not know attestation")
        self.assert_found({"attestation/appraise.cpp": '#include "sampler/plan.hpp"\n'},
                          "attestation must not know sampler")
        self.assert_found({"ledger/sql/database.cpp": '#include "ledger/crypto/sha256.hpp"\n'},
                          "ledger/sql must not know ledger/crypto")

    def test_base_must_not_know_its_own_parent_folder(self):
        self.assert_found({"ledger/base/hash.cpp": '#include "ledger/log.hpp"\n'},
                          "ledger/base must not know ledger")

    def test_stats_must_not_know_the_sampler(self):
        self.assert_found({"sampler/stats/tail.cpp": '#include "sampler/plan.hpp"\n'},
                          "sampler/stats must not know sampler")

    def test_downward_includes_are_fine(self):
        self.assert_clean({
            "cli/main.cpp": '#include "sampler/plan.hpp"\n#include "attestation/appraise.hpp"\n',
            "attestation/appraise.cpp": '#include "sampler/draw/ticket.hpp"\n',
            "registry/registry.cpp": '#include "ledger/log.hpp"\n#include "registry/chip.hpp"\n'})

    def test_unrooted_includes_are_found(self):
        self.assert_found({"ledger/log.cpp": '#include "log.hpp"\n'}, "is not rooted")

    def test_the_product_must_not_include_tests(self):
        self.assert_found({"ledger/log.cpp": '#include "tests/support/must.hpp"\n'}, "not rooted")
        self.assert_clean({"tests/ledger/log_test.cpp": '#include "tests/support/must.hpp"\n'})

    def test_an_include_in_a_comment_is_none(self):
        self.assert_clean({"ledger/log.cpp": '// #include "registry/chip.hpp"\n'})


class HeaderTest(TidyTest):
    def test_wrapped_headers_are_found_outside_their_wrapper(self):
        for header in ("openssl/evp.h", "sodium.h", "sqlite3.h", "nlohmann/json.hpp", "simdjson.h",
                       "CLI/CLI.hpp", "fmt/format.h", "boost/multiprecision/cpp_int.hpp",
                       "tl/expected.hpp", "doctest/doctest.h"):
            with self.subTest(header):
                self.assert_found({"registry/chip.cpp": f"#include <{header}>\n"},
                                  f"<{header}> belongs in")

    def test_quotes_do_not_hide_them(self):
        self.assert_found({"registry/chip.cpp": '#include "sqlite3.h"\n'},
                          "<sqlite3.h> belongs in ledger/sql/")

    def test_they_are_fine_in_their_wrapper(self):
        self.assert_clean({
            "ledger/crypto/sha256.cpp": "#include <openssl/evp.h>\n",
            "ledger/sql/database.cpp": "#include <sqlite3.h>\n",
            "ledger/base/json.hpp": HEADER + "#include <nlohmann/json.hpp>\n",
            "sampler/stats/exact.cpp": "#include <boost/multiprecision/cpp_int.hpp>\n"})

    def test_a_precompiled_header_only_saves_time(self):
        self.assert_clean({"cli/pch/pch.hpp": "#include <nlohmann/json.hpp>\n"})

    def test_a_library_without_a_place_is_found(self):
        self.assert_found({"registry/chip.cpp": "#include <yaml/parser.h>\n"}, "has no place yet")

    def test_the_operating_system_is_not_for_the_sampler(self):
        self.assert_found({"sampler/plan.cpp": "#include <unistd.h>\n"}, "<unistd.h> belongs in")

    def test_the_standard_library_is_for_all(self):
        self.assert_clean({"sampler/plan.cpp": "#include <cstdint>\n#include <vector>\n"})


class CallTest(TidyTest):
    def test_each_banned_call_is_found(self):
        for code in ("std::rand();", "srand(1);", "std::system(x);", "popen(x, y);",
                     'std::printf("x");', "puts(x);", "std::cout << 1;", "std::exit(1);",
                     "abort();", "std::lgamma(x);", "lgamma(x);", "SHA256(a, b, c);",
                     "strcpy(a, b);", "atoi(x);", "std::gmtime(x);", "system_clock::now();",
                     "std::shared_ptr<int> x;", "throw 1;", "std::random_device seed;",
                     "time_point now = std::time(0);"):
            with self.subTest(code):
                self.assert_call_found(code)

    def test_similar_names_are_fine(self):
        calls = ("operating_system(x)", "log.exit(1)", "snprintf_like(x)", "strand(1)",
                 "sha256(x)", "Sha256(x)", "event_time(x)", "x.time()", "rethrow()")
        self.assert_clean({"ledger/log.cpp": f"void f() {{ {'; '.join(calls)}; }}\n"})

    def test_comments_and_literals_are_no_calls(self):
        code = ('// exit(1)\n/* std::rand() */ const char* a = "abort()";\n'
                'const char* b = R"(throw 1)";\n')
        self.assert_clean({"ledger/log.cpp": code})

    def test_the_command_line_may_print(self):
        self.assert_clean({"cli/print.cpp": "void f() { std::fputs(x, stdout); }\n"})

    def test_an_exemption_allows_one_name_in_one_file(self):
        exemption = "call ledger/a.cpp throw # the callback of a C++ library expects it\n"
        code = "void f() { throw 1; }\n"
        self.assert_found({"ledger/a.cpp": code, "ledger/b.cpp": code, EXCEPTIONS: exemption},
                          "ledger/b.cpp:1: throw")


class LengthTest(TidyTest):
    def test_a_long_file_is_found(self):
        self.assert_found({"ledger/log.cpp": "\n" * 401}, "401 lines, want at most 400")
        self.assert_clean({"ledger/log.cpp": "\n" * 400})

    def test_a_long_function_is_found_by_name(self):
        body = lines_of_code(59)
        code = f"namespace m {{\nint Log::append(int x) {{\n{body}}}\n}}\n"
        self.assert_found({"ledger/log.cpp": code},
                          "ledger/log.cpp:2: Log::append: 61 lines, want at most 60")

    def test_a_long_test_case_is_found_by_its_sentence(self):
        code = f'TEST_CASE("a log grows") {{\n{lines_of_code(60)}}}\n'
        self.assert_found({"tests/a_test.cpp": code}, "a log grows: 62 lines")

    def test_a_long_class_of_short_functions_is_fine(self):
        functions = "".join(f"  int f{i}() {{\n    return {i};\n  }}\n" for i in range(40))
        code = f"class Log final : public Base {{\n public:\n{functions}}};\n"
        self.assert_clean({"ledger/log.hpp": HEADER + code})

    def test_a_long_table_is_fine(self):
        code = "constexpr Row rows[] = {\n" + "    {1, 2},\n" * 100 + "};\n"
        self.assert_clean({"ledger/table.cpp": code})

    def test_a_function_after_member_initialisers_is_measured(self):
        code = f"Log::Log(int x) : a_{{x}}, b_(x) {{\n{lines_of_code(60)}}}\n"
        self.assert_found({"ledger/log.cpp": code}, "Log::Log: 62 lines")

    def test_an_exemption_allows_its_length_and_no_more(self):
        exemption = {EXCEPTIONS: "function ledger/log.cpp:f 70 # one table of cases\n"}
        code = f"void f() {{\n{lines_of_code(68)}}}\n"
        self.assert_clean({"ledger/log.cpp": code, **exemption})
        code = f"void f() {{\n{lines_of_code(69)}}}\n"
        self.assert_found({"ledger/log.cpp": code, **exemption}, "f: 71 lines, want at most 70")

    def test_an_exemption_no_longer_needed_is_found(self):
        exemption = "file ledger/log.cpp 500 # history\n"
        self.assert_found({"ledger/log.cpp": "\n", EXCEPTIONS: exemption}, "no longer needed")

    def test_an_exemption_without_a_reason_is_found(self):
        exemption = "file ledger/log.cpp 410\n"
        self.assert_found({"ledger/log.cpp": "\n" * 410, EXCEPTIONS: exemption}, "no reason")


class DocumentTest(TidyTest):
    def test_a_folder_without_a_readme_is_found(self):
        self.assert_found({"ledger/log.cpp": "\n", "no README": ""}, "ledger:1: no README.md")

    def test_words_of_unfinished_work_are_found(self):
        for word in ("TO" + "DO", "FIX" + "ME"):
            self.assert_found({"ledger/log.cpp": f"// {word}: later\n"}, f"{word}: do it")

    def test_paths_of_one_machine_are_found(self):
        for path in ("/wor" + "k/shared/x", "/roo" + "t/x", "/hom" + "e/ann/x"):
            self.assert_found({"README.md": f"see {path}\n"}, "a path of one machine")
        self.assert_clean({"README.md": "see https://example.org/work/x and ../work/x\n"})

    def test_a_header_without_guard_is_found(self):
        self.assert_found({"ledger/log.hpp": "int x;\n"}, "want #pragma once first")
        self.assert_clean({"ledger/log.hpp": "// What it is.\n#pragma once\n"})

    def test_a_namespace_imported_by_a_header_is_found(self):
        self.assert_found({"ledger/log.hpp": HEADER + "using namespace std;\n"},
                          "using namespace in a header")

    def test_a_source_that_is_never_compiled_is_found(self):
        self.assert_found({"meson.build": "subdir('ledger')\n",
                           "ledger/meson.build": "files('log.cpp', 'store/memory.cpp')\n",
                           "ledger/log.cpp": "\n", "ledger/store/memory.cpp": "\n",
                           "ledger/log2.cpp": "\n"}, "ledger/log2.cpp:1: in no meson")

    def test_a_list_may_leave_out_what_its_files_have_in_common(self):
        self.assert_clean({"meson.build": "subdir('tests')\n",
                           "tests/meson.build": "foreach t : ['time']\n",
                           "tests/time_test.cpp": "\n"})

    def test_a_meson_build_that_is_never_read_is_found(self):
        self.assert_found({"meson.build": "subdir('tests')\n", "tests/meson.build": "\n",
                           "tests/sampler/meson.build": "\n"},
                          "tests/sampler/meson.build:1: in no subdir()")


class TextTest(unittest.TestCase):
    def test_blanking_keeps_lines_and_columns(self):
        text = 'a /* b\nc */ d "e//f" // g\n1\'000; \'"\'; h\n'
        code = tidy_text.code_only(text)
        self.assertEqual([len(line) for line in code.split("\n")],
                         [len(line) for line in text.split("\n")])
        self.assertNotIn("g", code)
        self.assertIn("h", code)
        self.assertIn("1'000", code)

    def test_functions_of_many_shapes_are_seen(self):
        names = [f.name for f in tidy_text.functions('''
#define TRY(x) do { x } while (false)
namespace a::b {
extern "C" int entry(const char* p) { return 1; }
template <class T, class = void>
struct Box { T value{}; T get(T x = {}) const noexcept { return x; } };
enum class Colour { red, green };
auto Box::begin() const -> Iterator<int> { return {}; }
bool operator==(const Box& a, const Box& b) { return true; }
const auto lambda = [](int x) { return x; };
class Log { public: Log() : size_{0} {} ~Log() { close(); } private: int size_{0}; };
}
''')]
        self.assertEqual(names, ["entry", "get", "Box::begin", "operator==", "?", "Log", "~Log"])

    def test_nothing_is_a_function_in_plain_data(self):
        code = "constexpr int table[] = {1, 2};\nFoo x{f(1)};\nFoo y = {f(1)};\n"
        self.assertEqual(tidy_text.functions(code), [])


if __name__ == "__main__":
    unittest.main()
