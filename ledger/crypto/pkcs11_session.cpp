#include "ledger/crypto/pkcs11_session.hpp"

#include <array>
#include <cstdlib>
#include <span>
#include <vector>

#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/private_file.hpp"
#include "ledger/crypto/wipe.hpp"

namespace muster::crypto {
namespace {

constexpr CK_ULONG most_slots = 256;
constexpr std::uint64_t max_pin_file_bytes = 4096;

tl::unexpected<Error> token_failure(const std::string& doing, CK_RV code) {
  const char* words = p11_kit_strerror(code);
  return failure(Errc::unavailable,
                 "token: " + doing + ": " + (words == nullptr ? std::to_string(code) : words));
}

CK_ATTRIBUTE attribute_of(CK_ATTRIBUTE_TYPE type, const void* value, std::size_t size) {
  return {type, const_cast<void*>(value), static_cast<CK_ULONG>(size)};  // the API takes no const
}

std::string trimmed(const unsigned char* text, std::size_t size) {
  std::string value(reinterpret_cast<const char*>(text), size);
  const auto last = value.find_last_not_of(' ');
  value.resize(last == std::string::npos ? 0 : last + 1);
  return value;
}

/// The first line of a PIN file, which must be its owner's alone: who has the PIN signs with the
/// token.
Result<std::string> pin_from(const std::string& source) {
  const std::string path = source.starts_with("file:") ? source.substr(5) : source;
  MUSTER_TRY(check_private(path));
  MUSTER_TRY_ASSIGN(std::string text, read_text_file(path, max_pin_file_bytes));
  return text.substr(0, text.find('\n'));
}

}  // namespace

Result<std::unique_ptr<TokenSigner::Session>> TokenSigner::Session::open(const std::string& uri,
                                                                         const PinSource& ask) {
  std::unique_ptr<Session> session(new Session());
  session->uri_ = p11_kit_uri_new();
  MUSTER_CHECK(session->uri_ != nullptr);
  const int parsed = p11_kit_uri_parse(uri.c_str(), P11_KIT_URI_FOR_ANY, session->uri_);
  if (parsed != P11_KIT_URI_OK || p11_kit_uri_any_unrecognized(session->uri_) != 0) {
    return failure(Errc::invalid_input,
                   "token: got \"" + without_pin(uri) +
                       "\", want a PKCS #11 URI (RFC 7512) such as "
                       "pkcs11:token=LABEL;object=KEY?module-path=/path/to/module.so");
  }
  MUSTER_TRY(session->load_module());
  MUSTER_TRY_ASSIGN(const CK_SLOT_ID slot, session->find_slot());
  MUSTER_TRY(session->log_in(slot, ask));
  return session;
}

TokenSigner::Session::~Session() {
  if (handle_ != 0) module_->C_CloseSession(handle_);
  if (initialized_) p11_kit_module_finalize(module_);
  if (module_ != nullptr) p11_kit_module_release(module_);
  p11_kit_uri_free(uri_);
}

Result<void> TokenSigner::Session::load_module() {
  const char* path = p11_kit_uri_get_module_path(uri_);
  if (path == nullptr) {
    return failure(Errc::invalid_input,
                   "token: the URI names no module; add ?module-path=/path/to/module.so");
  }
  module_ = p11_kit_module_load(path, 0);
  if (module_ == nullptr) {
    const char* words = p11_kit_message();
    return failure(Errc::unavailable, std::string("token: loading ") + path + ": " +
                                          (words == nullptr ? "no PKCS #11 module" : words));
  }
  const CK_RV code = p11_kit_module_initialize(module_);
  if (code != CKR_OK) return token_failure("starting " + std::string(path), code);
  initialized_ = true;
  return {};
}

Result<CK_SLOT_ID> TokenSigner::Session::find_slot() {
  std::array<CK_SLOT_ID, most_slots> slots{};
  CK_ULONG count = slots.size();
  const CK_RV code = module_->C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (code != CKR_OK) return token_failure("listing slots", code);
  for (const CK_SLOT_ID slot : std::span(slots).first(count)) {
    CK_TOKEN_INFO info{};
    if (module_->C_GetTokenInfo(slot, &info) != CKR_OK) continue;
    if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
    if (p11_kit_uri_match_token_info(uri_, &info) == 0) continue;
    token_label_ = trimmed(info.label, sizeof info.label);
    return slot;
  }
  return failure(Errc::not_found, "token: no token in any slot fits the URI");
}

Result<std::string> TokenSigner::Session::pin(const PinSource& ask) const {
  if (const char* value = p11_kit_uri_get_pin_value(uri_); value != nullptr) {
    return std::string(value);
  }
  if (const char* source = p11_kit_uri_get_pin_source(uri_); source != nullptr) {
    return pin_from(source);
  }
  if (ask) return ask(token_label_);
  return failure(Errc::invalid_input,
                 "token \"" + token_label_ + "\": no PIN; add pin-source=file:PATH to the URI");
}

Result<void> TokenSigner::Session::log_in(CK_SLOT_ID slot, const PinSource& ask) {
  MUSTER_TRY_ASSIGN(std::string secret, pin(ask));
  const Wiped wiped(secret);
  CK_RV code =
      module_->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &handle_);
  if (code != CKR_OK) return token_failure("opening \"" + token_label_ + "\"", code);
  code = module_->C_Login(handle_, CKU_USER, reinterpret_cast<unsigned char*>(secret.data()),
                          static_cast<CK_ULONG>(secret.size()));
  if (code == CKR_OK || code == CKR_USER_ALREADY_LOGGED_IN) return {};
  if (code == CKR_PIN_INCORRECT || code == CKR_PIN_LEN_RANGE || code == CKR_PIN_INVALID) {
    return tl::unexpected<Error>(
        Error{Errc::invalid_input, "token \"" + token_label_ + "\": wrong PIN", "token.pin"});
  }
  return token_failure("logging in to \"" + token_label_ + "\"", code);
}

Result<std::vector<CK_OBJECT_HANDLE>> TokenSigner::Session::find(
    std::span<CK_ATTRIBUTE> wanted) const {
  CK_RV code =
      module_->C_FindObjectsInit(handle_, wanted.data(), static_cast<CK_ULONG>(wanted.size()));
  if (code != CKR_OK) return token_failure("searching", code);
  std::array<CK_OBJECT_HANDLE, 2> found{};  // one, or too many
  CK_ULONG count = 0;
  code = module_->C_FindObjects(handle_, found.data(), found.size(), &count);
  module_->C_FindObjectsFinal(handle_);
  if (code != CKR_OK) return token_failure("searching", code);
  return std::vector<CK_OBJECT_HANDLE>(found.begin(), found.begin() + count);
}

Result<CK_OBJECT_HANDLE> TokenSigner::Session::find_one(CK_OBJECT_CLASS object_class) const {
  std::vector<CK_ATTRIBUTE> wanted{attribute_of(CKA_CLASS, &object_class, sizeof object_class)};
  for (const CK_ATTRIBUTE_TYPE type : {CKA_LABEL, CKA_ID}) {
    const CK_ATTRIBUTE* named = p11_kit_uri_get_attribute(uri_, type);
    if (named != nullptr) wanted.push_back(*named);
  }
  MUSTER_TRY_ASSIGN(const auto found, find(wanted));
  if (found.empty()) {
    return failure(Errc::not_found, "token \"" + token_label_ + "\": no key fits the URI");
  }
  if (found.size() > 1) {
    return failure(Errc::invalid_input,
                   "token \"" + token_label_ + "\": several keys fit the URI; name object or id");
  }
  return found.front();
}

Result<CK_OBJECT_HANDLE> TokenSigner::Session::public_half(CK_OBJECT_HANDLE private_key) const {
  MUSTER_TRY_ASSIGN(const Bytes label, attribute(private_key, CKA_LABEL));
  MUSTER_TRY_ASSIGN(const Bytes id, attribute(private_key, CKA_ID));
  const CK_OBJECT_CLASS object_class = CKO_PUBLIC_KEY;
  std::vector<CK_ATTRIBUTE> wanted{attribute_of(CKA_CLASS, &object_class, sizeof object_class),
                                   attribute_of(CKA_LABEL, label.data(), label.size()),
                                   attribute_of(CKA_ID, id.data(), id.size())};
  MUSTER_TRY_ASSIGN(const auto found, find(wanted));
  if (found.size() == 1) return found.front();
  return failure(Errc::not_found, "token \"" + token_label_ +
                                      "\": no one public key with the private key's label and id");
}

Result<Bytes> TokenSigner::Session::attribute(CK_OBJECT_HANDLE object,
                                              CK_ATTRIBUTE_TYPE type) const {
  CK_ATTRIBUTE wanted{type, nullptr, 0};
  CK_RV code = module_->C_GetAttributeValue(handle_, object, &wanted, 1);
  if (code != CKR_OK) return token_failure("reading a key", code);
  Bytes value(wanted.ulValueLen);
  wanted.pValue = value.data();
  code = module_->C_GetAttributeValue(handle_, object, &wanted, 1);
  if (code != CKR_OK) return token_failure("reading a key", code);
  return value;
}

Result<void> TokenSigner::Session::generate(CK_MECHANISM_TYPE type, std::string_view curve) const {
  const CK_ATTRIBUTE* label = p11_kit_uri_get_attribute(uri_, CKA_LABEL);
  if (label == nullptr) {
    return failure(Errc::invalid_input, "token: the URI gives the new key no label; add object=");
  }
  const CK_ATTRIBUTE* id = p11_kit_uri_get_attribute(uri_, CKA_ID);
  const CK_ATTRIBUTE id_or_label{CKA_ID, id == nullptr ? label->pValue : id->pValue,
                                 id == nullptr ? label->ulValueLen : id->ulValueLen};
  const CK_BBOOL yes = CK_TRUE;
  const CK_BBOOL no = CK_FALSE;
  std::array open{attribute_of(CKA_TOKEN, &yes, 1), attribute_of(CKA_VERIFY, &yes, 1),
                  attribute_of(CKA_EC_PARAMS, curve.data(), curve.size()), *label, id_or_label};
  std::array secret{attribute_of(CKA_TOKEN, &yes, 1),
                    attribute_of(CKA_PRIVATE, &yes, 1),
                    attribute_of(CKA_SIGN, &yes, 1),
                    attribute_of(CKA_SENSITIVE, &yes, 1),
                    attribute_of(CKA_EXTRACTABLE, &no, 1),
                    *label,
                    id_or_label};
  CK_MECHANISM mechanism{type, nullptr, 0};
  CK_OBJECT_HANDLE handles[2] = {0, 0};
  const CK_RV code =
      module_->C_GenerateKeyPair(handle_, &mechanism, open.data(), open.size(), secret.data(),
                                 secret.size(), &handles[0], &handles[1]);
  if (code != CKR_OK) return token_failure("making a key", code);
  return {};
}

Result<Bytes> TokenSigner::Session::sign(CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE type,
                                         ByteView data) const {
  CK_MECHANISM mechanism{type, nullptr, 0};
  CK_RV code = module_->C_SignInit(handle_, &mechanism, key);
  if (code != CKR_OK) return token_failure("signing", code);
  Bytes signature(max_signature_bytes);
  CK_ULONG size = signature.size();
  Bytes copy = to_bytes(data);  // the API takes no const
  code = module_->C_Sign(handle_, copy.data(), static_cast<CK_ULONG>(copy.size()), signature.data(),
                         &size);
  if (code != CKR_OK) return token_failure("signing", code);
  signature.resize(size);
  return signature;
}

}  // namespace muster::crypto
