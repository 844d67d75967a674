#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace muster::attestation {

/// The layers of the built-in models, forward and back. Each result is a fixed sequence of float32
/// operations: no reduction is reordered, no product and sum are fused. Matrices are row-major, a
/// row for each token.

/// What a normalisation keeps for the way back.
struct NormKept {
  std::vector<float> unit;     ///< The normalised rows, before gain and offset.
  std::vector<float> inverse;  ///< One over the deviation of each row.
};

/// y = gain * (x - mean) / sqrt(variance + 1e-5) + offset, by rows of gain.size() numbers.
/// Source: Ba, Kiros, Hinton 2016, "Layer Normalization", equation 4.
NormKept normalise(std::span<const float> x, std::span<const float> gain,
                   std::span<const float> offset, std::span<float> y, std::size_t threads);

/// dx from dy; adds to the gradients of gain and offset.
void normalise_back(const NormKept& kept, std::span<const float> gain, std::span<const float> dy,
                    std::span<float> dx, std::span<float> dgain, std::span<float> doffset,
                    std::size_t threads);

/// y = x / (1 + e^-x).
void silu(std::span<const float> x, std::span<float> y, std::size_t threads);
/// dx = dy times the derivative at x.
void silu_back(std::span<const float> x, std::span<const float> dy, std::span<float> dx,
               std::size_t threads);

/// The mean cross-entropy of the rows of `logits` against `targets`, in nats; `logits` become its
/// gradient.
double cross_entropy(std::span<float> logits, std::span<const std::uint8_t> targets,
                     std::size_t threads);

/// Causal attention of `heads` heads over sequences of `length` tokens.
struct AttentionShape {
  std::size_t sequences;
  std::size_t length;
  std::size_t width;
  std::size_t heads;
};

/// `qkv` has queries, keys and values of a token side by side: 3 * width numbers a row. Returns the
/// weights, which the way back needs. Source: Vaswani et al. 2017, equation 1.
std::vector<float> attend(const AttentionShape& shape, std::span<const float> qkv,
                          std::span<float> out, std::size_t threads);
/// The gradient of `qkv` from that of the result.
void attend_back(const AttentionShape& shape, std::span<const float> qkv,
                 std::span<const float> weights, std::span<const float> dout, std::span<float> dqkv,
                 std::size_t threads);

}  // namespace muster::attestation
