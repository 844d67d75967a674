#include "ledger/crypto/x509_handles.hpp"

#include <openssl/err.h>

#include <array>
#include <chrono>
#include <ctime>

#include "ledger/base/check.hpp"

namespace muster::crypto::detail {

ObjectHandle object_from_dots(const std::string& oid) {
  ObjectHandle object(OBJ_txt2obj(oid.c_str(), 1));
  MUSTER_CHECK(object);
  return object;
}

std::string dots_of(const ASN1_OBJECT* object) {
  std::array<char, 128> text{};
  const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  if (size < 0) return "unknown";
  return std::string(text.data());  // longer identifiers come back shortened, and still terminated
}

std::string name_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, Freed<BIO_free>> memory(BIO_new(BIO_s_mem()));
  MUSTER_CHECK(memory);
  const unsigned long form = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (X509_NAME_print_ex(memory.get(), name, 0, form) < 0) {
    ERR_clear_error();
    return "unreadable name";
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Result<Timestamp> timestamp_of(const ASN1_TIME* time, const std::string& what) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    ERR_clear_error();
    return failure(Errc::invalid_input, what + ": not a time");
  }
  const int year = parts.tm_year + 1900;
  if (year < 1970 || year > 9999) {
    return failure(Errc::invalid_input,
                   what + ": got the year " + std::to_string(year) + ", want 1970 to 9999");
  }
  using namespace std::chrono;
  const sys_days day = std::chrono::year(year) / month(static_cast<unsigned>(parts.tm_mon + 1)) /
                       std::chrono::day(static_cast<unsigned>(parts.tm_mday));
  const std::int64_t seconds = duration_cast<std::chrono::seconds>(day.time_since_epoch()).count() +
                               std::int64_t{parts.tm_hour} * 3600 +
                               std::int64_t{parts.tm_min} * 60 + parts.tm_sec;
  return Timestamp{seconds * 1000};
}

}  // namespace muster::crypto::detail
