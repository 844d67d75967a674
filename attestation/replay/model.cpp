#include "attestation/replay/model.hpp"

#include <algorithm>

#include "attestation/replay/layers.hpp"
#include "attestation/replay/matrix.hpp"

namespace muster::attestation {
namespace {

using Numbers = std::vector<float>;

/// Hands out the model's tensors, of the weights and of their gradient, in the order of
/// `parameters_of`, forward and then backward.
class Tensors final {
 public:
  Tensors(const TrainingSpec& spec, std::span<const float> weights, std::span<float> gradient)
      : parameters_(parameters_of(spec)), weights_(weights), gradient_(gradient) {}

  [[nodiscard]] std::span<const float> weight(std::size_t i) const {
    return weights_.subspan(parameters_[i].offset, parameters_[i].count);
  }
  [[nodiscard]] std::span<float> gradient(std::size_t i) const {
    return gradient_.subspan(parameters_[i].offset, parameters_[i].count);
  }

 private:
  std::vector<Parameter> parameters_;
  std::span<const float> weights_;
  std::span<float> gradient_;
};

/// A layer `y = x W + b`; W is tensor `at`, b the one behind it.
struct Linear {
  const Tensors& tensors;
  std::size_t at;
  std::size_t threads;

  [[nodiscard]] std::size_t outputs() const { return tensors.weight(at + 1).size(); }
  [[nodiscard]] std::size_t inputs() const { return tensors.weight(at).size() / outputs(); }

  [[nodiscard]] Numbers forward(std::span<const float> x) const {
    const std::size_t rows = x.size() / inputs();
    Numbers y(rows * outputs());
    multiply({rows, inputs(), outputs()}, x, tensors.weight(at), tensors.weight(at + 1), y,
             threads);
    return y;
  }
  /// dx; adds to the gradients.
  [[nodiscard]] Numbers back(std::span<const float> x, std::span<const float> dy) const {
    const std::size_t rows = x.size() / inputs();
    accumulate_transposed({rows, inputs(), outputs()}, x, dy, tensors.gradient(at), threads);
    accumulate_rows(rows, dy, tensors.gradient(at + 1));
    Numbers turned(inputs() * outputs());
    transpose(inputs(), outputs(), tensors.weight(at), turned);
    Numbers dx(x.size());
    multiply({rows, outputs(), inputs()}, dy, turned, {}, dx, threads);
    return dx;
  }
};

/// A normalisation; gain is tensor `at`, offset the one behind it.
struct Norm {
  const Tensors& tensors;
  std::size_t at;
  std::size_t threads;

  NormKept forward(std::span<const float> x, Numbers& y) const {
    y.resize(x.size());
    return normalise(x, tensors.weight(at), tensors.weight(at + 1), y, threads);
  }
  [[nodiscard]] Numbers back(const NormKept& kept, std::span<const float> dy) const {
    Numbers dx(dy.size());
    normalise_back(kept, tensors.weight(at), dy, dx, tensors.gradient(at), tensors.gradient(at + 1),
                   threads);
    return dx;
  }
};

Numbers activated(std::span<const float> x, std::size_t threads) {
  Numbers y(x.size());
  silu(x, y, threads);
  return y;
}

Numbers activated_back(std::span<const float> x, std::span<const float> dy, std::size_t threads) {
  Numbers dx(x.size());
  silu_back(x, dy, dx, threads);
  return dx;
}

/// A row of the embedding for each byte.
Numbers embedded(std::span<const float> table, std::size_t width,
                 std::span<const std::uint8_t> tokens) {
  Numbers x(tokens.size() * width);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto row = table.subspan(tokens[i] * width, width);
    std::ranges::copy(row, x.begin() + static_cast<std::ptrdiff_t>(i * width));
  }
  return x;
}

void embedded_back(std::span<float> table, std::size_t width, std::span<const std::uint8_t> tokens,
                   std::span<const float> dx) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    for (std::size_t j = 0; j < width; ++j) table[tokens[i] * width + j] += dx[i * width + j];
  }
}

void add(std::span<float> to, std::span<const float> more) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += more[i];
}

/// The bytes that a batch shows, sample after sample.
Bytes inputs_of(const Batch& batch, std::size_t context) {
  Bytes tokens;
  tokens.reserve(batch.starts.size() * context);
  for (const std::size_t start : batch.starts) append(tokens, batch.text.subspan(start, context));
  return tokens;
}

double mlp_loss(const TrainingSpec& spec, const Tensors& tensors, const Batch& batch,
                std::size_t threads) {
  const Bytes tokens = inputs_of(batch, spec.context);
  Bytes targets;
  for (const std::size_t start : batch.starts) {
    targets.push_back(batch.text[start + spec.context]);
  }
  const Linear first{tensors, 1, threads};
  const Norm first_norm{tensors, 3, threads};
  const Linear second{tensors, 5, threads};
  const Norm second_norm{tensors, 7, threads};
  const Linear output{tensors, 9, threads};

  const Numbers x = embedded(tensors.weight(0), spec.width, tokens);
  Numbers a;
  const NormKept kept_a = first_norm.forward(first.forward(x), a);
  const Numbers b = activated(a, threads);
  Numbers c;
  const NormKept kept_c = second_norm.forward(second.forward(b), c);
  const Numbers d = activated(c, threads);
  Numbers logits = output.forward(d);
  const double loss = cross_entropy(logits, targets, threads);

  const Numbers dd = output.back(d, logits);
  const Numbers dc = second_norm.back(kept_c, activated_back(c, dd, threads));
  const Numbers db = second.back(b, dc);
  const Numbers da = first_norm.back(kept_a, activated_back(a, db, threads));
  embedded_back(tensors.gradient(0), spec.width, tokens, first.back(x, da));
  return loss;
}

/// What a block of a transformer keeps for the way back.
struct BlockKept {
  NormKept first_norm;
  Numbers normed;  // what attention reads
  Numbers qkv;
  Numbers weights;  // of attention
  Numbers mixed;    // what attention gives
  NormKept second_norm;
  Numbers normed_again;
  Numbers up;
  Numbers active;
};

/// Pre-norm, as in GPT-2: x += mix(attention(norm(x))), x += down(silu(up(norm(x)))).
struct Block {
  const Tensors& tensors;
  std::size_t at;  // the first of its 12 tensors
  AttentionShape shape;
  std::size_t threads;

  static constexpr std::size_t tensor_count = 12;

  [[nodiscard]] Norm first_norm() const { return {tensors, at, threads}; }
  [[nodiscard]] Linear attention() const { return {tensors, at + 2, threads}; }
  [[nodiscard]] Linear mix() const { return {tensors, at + 4, threads}; }
  [[nodiscard]] Norm second_norm() const { return {tensors, at + 6, threads}; }
  [[nodiscard]] Linear up() const { return {tensors, at + 8, threads}; }
  [[nodiscard]] Linear down() const { return {tensors, at + 10, threads}; }

  BlockKept forward(Numbers& x) const {
    BlockKept kept;
    kept.first_norm = first_norm().forward(x, kept.normed);
    kept.qkv = attention().forward(kept.normed);
    kept.mixed.resize(x.size());
    kept.weights = attend(shape, kept.qkv, kept.mixed, threads);
    add(x, mix().forward(kept.mixed));
    kept.second_norm = second_norm().forward(x, kept.normed_again);
    kept.up = up().forward(kept.normed_again);
    kept.active = activated(kept.up, threads);
    add(x, down().forward(kept.active));
    return kept;
  }
  /// The gradient of the input in place of that of the output.
  void back(const BlockKept& kept, Numbers& dx) const {
    const Numbers dactive = down().back(kept.active, dx);
    const Numbers dup = activated_back(kept.up, dactive, threads);
    add(dx, second_norm().back(kept.second_norm, up().back(kept.normed_again, dup)));
    const Numbers dmixed = mix().back(kept.mixed, dx);
    Numbers dqkv(kept.qkv.size());
    attend_back(shape, kept.qkv, kept.weights, dmixed, dqkv, threads);
    add(dx, first_norm().back(kept.first_norm, attention().back(kept.normed, dqkv)));
  }
};

double transformer_loss(const TrainingSpec& spec, const Tensors& tensors, const Batch& batch,
                        std::size_t threads) {
  const Bytes tokens = inputs_of(batch, spec.context);
  Bytes targets;
  for (const std::size_t start : batch.starts) {
    append(targets, batch.text.subspan(start + 1, spec.context));
  }
  const AttentionShape shape{batch.starts.size(), spec.context, spec.width, spec.heads};
  std::vector<Block> blocks;
  blocks.reserve(spec.layers);
  for (std::size_t i = 0; i < spec.layers; ++i) {
    blocks.push_back({tensors, 2 + i * Block::tensor_count, shape, threads});
  }
  const std::size_t last = 2 + spec.layers * Block::tensor_count;
  const Norm norm{tensors, last, threads};
  const Linear output{tensors, last + 2, threads};

  Numbers x = embedded(tensors.weight(0), spec.width, tokens);
  const std::size_t sample = std::size_t{spec.context} * spec.width;
  for (std::size_t i = 0; i < batch.starts.size(); ++i) {
    add(std::span(x).subspan(i * sample, sample), tensors.weight(1));
  }
  std::vector<BlockKept> kept;
  kept.reserve(blocks.size());
  for (const Block& block : blocks) kept.push_back(block.forward(x));
  Numbers normed;
  const NormKept kept_norm = norm.forward(x, normed);
  Numbers logits = output.forward(normed);
  const double loss = cross_entropy(logits, targets, threads);

  Numbers dx = norm.back(kept_norm, output.back(normed, logits));
  for (std::size_t i = blocks.size(); i-- > 0;) blocks[i].back(kept[i], dx);
  accumulate_rows(batch.starts.size(), dx, tensors.gradient(1));
  embedded_back(tensors.gradient(0), spec.width, tokens, dx);
  return loss;
}

}  // namespace

double loss_and_gradient(const TrainingSpec& spec, std::span<const float> weights,
                         const Batch& batch, std::size_t threads, std::span<float> gradient) {
  std::ranges::fill(gradient, 0.0F);
  const Tensors tensors(spec, weights, gradient);
  return spec.model == ModelKind::mlp ? mlp_loss(spec, tensors, batch, threads)
                                      : transformer_loss(spec, tensors, batch, threads);
}

}  // namespace muster::attestation
