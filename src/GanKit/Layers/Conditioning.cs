using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// The conditions of a conditional network: one of several classes, or a vector of attributes. It makes the layers that take conditions,
/// and checks conditions.
/// </summary>
/// <remarks>
/// Conditions of classes are labels (B), 64-bit integers from 0; of attributes, vectors (B, A) of floating point
/// numbers, usually 0 and 1. Immutable and thread safe.
/// <code>
/// new ConditionalDcganGenerator(Conditioning.Classes(10), imageSize: 32)
/// </code>
/// </remarks>
public sealed class Conditioning
{
    private Conditioning(long size, bool areClasses, bool hasNoClass) =>
        (Size, AreClasses, NoClass) = (size, areClasses, hasNoClass ? size - 1 : null);

    /// <summary>How many numbers make a condition: classes, "no class" among them, or attributes.</summary>
    public long Size { get; }

    /// <summary>Whether conditions are classes; otherwise they are attributes.</summary>
    public bool AreClasses { get; }

    /// <summary>
    /// The label that stands for "no class", the number of real classes; <see langword="null"/> where there is none.
    /// <see cref="LabelDropout"/> teaches a network what it means.
    /// </summary>
    public long? NoClass { get; }

    /// <summary>One of several classes.</summary>
    /// <param name="count">How many there are, at least 1.</param>
    /// <param name="noClass">
    /// Whether one more label, <paramref name="count"/>, stands for "no class". Default: no.
    /// </param>
    /// <returns>Conditions that are labels (B).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static Conditioning Classes(long count, bool noClass = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(noClass ? count + 1 : count, areClasses: true, noClass);
    }

    /// <summary>Several attributes at once, each a number.</summary>
    /// <param name="count">How many there are, at least 1.</param>
    /// <returns>Conditions that are vectors (B, count).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static Conditioning Attributes(long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(count, areClasses: false, hasNoClass: false);
    }

    /// <summary>
    /// Makes the layer that turns conditions into learned vectors: for classes a table of vectors, for attributes a
    /// linear map without bias.
    /// </summary>
    /// <param name="embeddingSize">Length of a vector, at least 1.</param>
    /// <param name="spectralNorm">Whether its weight has spectral normalisation. Default: no.</param>
    /// <returns>
    /// A new layer that the caller owns, from conditions to (B, embeddingSize), with PyTorch's initial weights: N(0, 1)
    /// in a table.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="embeddingSize"/> is below 1.</exception>
    public Module<Tensor, Tensor> CreateEmbedding(long embeddingSize, bool spectralNorm = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddingSize, 1);
        return (AreClasses, spectralNorm) switch
        {
            (true, true) => new SpectralNormEmbedding(Size, embeddingSize),
            (true, false) => Embedding(Size, embeddingSize),
            (false, true) => new SpectralNormLinear(Size, embeddingSize, bias: false),
            (false, false) => Linear(Size, embeddingSize, hasBias: false),
        };
    }

    /// <summary>Conditions as vectors: labels one-hot, attributes as they are.</summary>
    /// <param name="condition">Labels (B) or attributes (B, <see cref="Size"/>).</param>
    /// <param name="dtype">The vectors' type. Default: 32-bit for labels, the attributes' own.</param>
    /// <returns>(B, <see cref="Size"/>), on the condition's device; the caller owns it.</returns>
    /// <exception cref="ArgumentException">The condition does not fit.</exception>
    public Tensor ToVectors(Tensor condition, ScalarType? dtype = null)
    {
        Require(condition, nameof(ToVectors));
        if (!AreClasses)
            return dtype is { } wanted ? condition.to(wanted) : condition.alias();
        using var scope = NewDisposeScope();
        var index = condition.unsqueeze(1); // (B, 1)
        var one = ones(index.shape, dtype: dtype ?? float32, device: condition.device);
        return zeros(condition.size(0), Size, dtype: one.dtype, device: condition.device)
            .scatter_(1, index, one)
            .MoveToOuterDisposeScope(); // (B, K)
    }

    /// <summary>Labels that say "no class", for unconditional samples from a network trained with them.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="device">Where they are. Default: the CPU.</param>
    /// <returns>Labels (count), all <see cref="NoClass"/>; the caller owns them.</returns>
    /// <exception cref="InvalidOperationException">There is no such label.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public Tensor WithoutClass(long count, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return full([count], RequireNoClass(), dtype: int64, device: device);
    }

    /// <summary>A description, for example <c>10 classes</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => (AreClasses, NoClass) switch
    {
        (false, _) => $"{Size} attributes",
        (true, null) => $"{Size} classes",
        (true, _) => $"{NoClass} classes or none",
    };

    /// <summary>
    /// Labels as they are, attributes in the floating-point type of what they condition, which weights have too.
    /// </summary>
    internal Tensor InTypeOf(Tensor condition, Tensor conditioned) =>
        AreClasses ? condition : condition.to(conditioned.dtype);

    internal long RequireNoClass() => NoClass ?? throw new InvalidOperationException(
        $"There is no label for 'no class' among {this}; Conditioning.Classes(count, noClass: true) has one.");

    /// <summary>
    /// Requires conditions of the right shape and type, as many as given. Labels on the CPU must be in range too; on other devices reading
    /// them would wait, and libtorch's own assertion applies.
    /// </summary>
    internal void Require(Tensor condition, string user, long? batchSize = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var fits = AreClasses
            ? condition.dim() == 1 && condition.dtype == int64
            : condition.dim() == 2 && condition.size(1) == Size && condition.is_floating_point();
        if (!fits)
        {
            var wanted = AreClasses
                ? "labels of shape (B), 64-bit integers"
                : $"attributes of shape (B, {Size}), floating point numbers";
            throw new ArgumentException(
                $"{user} takes {wanted}; this condition is {condition.Describe()} of {condition.dtype}.",
                nameof(condition));
        }

        if (batchSize is { } size && condition.size(0) != size)
        {
            throw new ArgumentException(
                $"{user} takes as many conditions as samples; there are {condition.size(0)} and {size}.",
                nameof(condition));
        }

        if (AreClasses && condition.device_type == TorchSharp.DeviceType.CPU && condition.numel() > 0)
            RequireRange(condition, user);
    }

    private void RequireRange(Tensor condition, string user)
    {
        using var scope = NewDisposeScope();
        var (least, most) = (condition.min().item<long>(), condition.max().item<long>());
        if (least < 0 || most >= Size)
        {
            throw new ArgumentException(
                $"{user} takes labels from 0 to {Size - 1} ({this}); there is a label {(least < 0 ? least : most)}.",
                nameof(condition));
        }
    }
}
