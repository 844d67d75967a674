#include "registry/gs1/digital_link.hpp"

#include <array>

#include "registry/gs1/key_spelling.hpp"
#include "tests/support/must.hpp"

using namespace muster::gs1;

namespace {

std::string link(std::string_view uri) { return digital_link(uri).value_or("none"); }

std::string spelling(std::string_view text) { return key_spelling(text).value_or("none"); }

}  // namespace

TEST_CASE("a check digit makes the weighted sum a multiple of ten") {
  CHECK(check_digit("629104150021") == '3');  // the example of GS1 General Specifications 7.9
  CHECK(check_digit("37610425002123456") == '9');
  CHECK(check_digit("") == '0');
}

TEST_CASE("every EPC scheme with a GS1 key becomes its Digital Link") {
  struct Row {
    const char* epc;
    const char* link;
  };
  // Made of the prefix 4012345 and worked by hand.
  constexpr std::array<Row, 20> rows{
      {{"urn:epc:id:sgtin:4012345.011111.9876", "01/04012345111118/21/9876"},
       {"urn:epc:idpat:sgtin:4012345.011111.*", "01/04012345111118"},
       {"urn:epc:class:lgtin:4012345.011111.Lot.7", "01/04012345111118/10/Lot.7"},
       {"urn:epc:id:sscc:4012345.3111111111", "00/340123451111111111"},
       {"urn:epc:id:sgln:4012345.00005.0", "414/4012345000054"},
       {"urn:epc:id:sgln:4012345.00005.12(3)", "414/4012345000054/254/12%283%29"},
       {"urn:epc:id:pgln:4012345.00000", "417/4012345000009"},
       {"urn:epc:id:pgln:999999999999.", "417/9999999999994"},
       {"urn:epc:id:grai:4012345.66666.87", "8003/0401234566666387"},
       {"urn:epc:idpat:grai:4012345.66666.*", "8003/04012345666663"},
       {"urn:epc:id:giai:4012345.AAbb", "8004/4012345AAbb"},
       {"urn:epc:id:gsrn:4012345.9876540000", "8018/401234598765400000"},
       {"urn:epc:id:gsrnp:4012345.0000098765", "8017/401234500000987658"},
       {"urn:epc:id:gdti:4012345.55555.98", "253/401234555555498"},
       {"urn:epc:id:cpi:4012345.ABC.123", "8010/4012345ABC/8011/123"},
       {"urn:epc:id:sgcn:4012345.99999.44", "255/401234599999044"},
       {"urn:epc:id:ginc:4012345.333", "401/4012345333"},
       {"urn:epc:id:gsin:4012345.999987654", "402/40123459999876541"},
       {"urn:epc:id:itip:4012345.012345.01.02.999", "8006/040123451234560102/21/999"},
       {"urn:epc:id:upui:4012345.012345.AB12", "01/04012345123456/235/AB12"}}};

  for (const Row& row : rows) {
    CAPTURE(row.epc);
    CHECK(link(row.epc) == "https://id.gs1.org/" + std::string(row.link));
  }
}

TEST_CASE("a Digital Link loses its domain, query, consumer variant and coarser qualifiers") {
  CHECK(link("https://example.com/some/path/gtin/9780345418913/lot/A/ser/765tz?abc=1#x") ==
        "https://id.gs1.org/01/09780345418913/21/765tz");
  CHECK(link("http://id.gs1.de/01/04012345999990/22/2A/10/L1/") ==
        "https://id.gs1.org/01/04012345999990/10/L1");
  CHECK(link("https://id.example.com/414/4012345000054") == "https://id.gs1.org/414/4012345000054");
  CHECK(link("https://id.gs1.org/8003/040123450007718765") ==
        "https://id.gs1.org/8003/040123450007718765");
}

TEST_CASE("what conveys no GS1 key stays what it is") {
  for (const char* text :
       {"urn:epc:id:sgtin:4012345.11111.1", "urn:epc:id:sgtin:40123.0111111.1",
        "urn:epc:id:sscc:4012345.31", "urn:epc:id:sscc:4012345.3111111111.1",
        "urn:epc:id:imovn:9176187", "urn:epc:id:sgtin:", "urn:epc:id",
        "urn:epc:class:sscc:4012345.3111111111", "urn:epc:idpat:giai:4012345.*",
        "https://example.com/01/abc", "https://example.com/giai/xyz",
        "https://example.com/gtin/123456789/21/x", "https://example.com/", "https://", "http:/", "",
        "https://registry.example/2026/chip/3A9", "https://x.example/01/09780345418913/99/x",
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"}) {
    CAPTURE(text);
    CHECK_FALSE(digital_link(text));
  }
}

TEST_CASE("a key on a label, from a scanner, as an EPC and as a link is one key") {
  const std::string key = "https://id.gs1.org/01/04012345111118/21/9876";

  for (const char* text :
       {"urn:epc:id:sgtin:4012345.011111.9876",
        "https://example.com/p/01/04012345111118/21/9876?x=1",
        "https://id.gs1.org/01/04012345111118/21/98%376", "(01)04012345111118(21)9876",
        "(21)9876(01)04012345111118", "(01)04012345111118(11)260105(10)L1(21)9876",
        "]d20104012345111118219876",
        "]C101040123451111182198"
        "76",
        "]d2010401234511111810L1\x1D"
        "219876\x1D"
        "11260105",
        "]Q311260105"
        "0104012345111118219876"}) {
    CAPTURE(text);
    CHECK(spelling(text) == key);
  }
  CHECK(spelling("(8004)4012345AAbb") == "https://id.gs1.org/8004/4012345AAbb");
  CHECK(spelling("(8010)4012345ABC(8011)123") == "https://id.gs1.org/8010/4012345ABC/8011/123");
  CHECK(spelling("]C100340123451111111111") == "https://id.gs1.org/00/340123451111111111");
  CHECK(spelling("(414)4012345000054(254)12(3)") ==
        spelling("urn:epc:id:sgln:4012345.00005.12(3)"));
}

TEST_CASE("the escapes of a key are no second key") {
  const std::string key = spelling("urn:epc:id:sgtin:4012345.011111.A!b'7");

  CHECK(key == "https://id.gs1.org/01/04012345111118/21/A%21b%277");
  CHECK(spelling("https://x.example/01/04012345111118/21/A!b'7") == key);
  CHECK(spelling("https://x.example/01/04012345111118/21/%41%21b%277") == key);
  CHECK(spelling("(01)04012345111118(21)A!b'7") == key);
  CHECK(spelling("urn:epc:id:giai:4012345.a%2fb") == spelling("urn:epc:id:giai:4012345.a%2Fb"));
}

TEST_CASE("a text that only looks like a key is none") {
  for (const char* text :
       {"(01)04012345111119(21)9876", "https://id.gs1.org/01/04012345111119/21/9876",
        "(00)340123451111111112", "(01)0401234511111", "(21)9876", "(01)", "(", "()", "(1)2", "]d2",
        "]d2010401234511", "]d201ABC", "]A00104012345111118219876", "0104012345111118219876",
        "(01)04012345111118(21)", "SN-1", ""}) {
    CAPTURE(text);
    CHECK(spelling(text) == "none");
  }
  CHECK(spelling("(01)04012345111118" + std::string(4'000, '(')) == "none");
}
