using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>Batch normalisation whose scale and shift depend on the condition of each sample.</summary>
/// <remarks>
/// <c>y = gain(c) · (x - mean) / sqrt(variance + eps) + bias(c)</c>, mean and variance of each channel over the batch
/// in training, running averages of them in evaluation. For classes, gain and bias are a row of a table, 1 and 0 at
/// first; for attributes <c>gain(c) = 1 + W c</c> and <c>bias(c) = V c</c>, with PyTorch's initial weights of a linear
/// layer. Initialisers leave the table alone.
/// <para>
/// State keys are mimicry's: <c>bn.running_mean</c>, <c>bn.running_var</c>, <c>bn.num_batches_tracked</c> and
/// <c>embed.weight</c>, (K, 2C), the gains before the biases; for attributes <c>embed.weight</c> is (2C, A). Defaults
/// are PyTorch's.
/// </para>
/// <para>
/// De Vries, Strub, Mary, Larochelle, Pietquin, Courville 2017, "Modulating early visual processing by language",
/// <see href="https://arxiv.org/abs/1707.00683"/>; in GANs, Miyato and Koyama 2018,
/// <see href="https://arxiv.org/abs/1802.05637"/>.
/// </para>
/// </remarks>
public sealed class ConditionalBatchNorm2d : Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "bn")]
    private readonly BatchNormalization _norm;
    [ComponentName(Name = "embed")]
    private readonly Module<Tensor, Tensor> _embed;
    private readonly long _channels;
    private readonly Conditioning _conditioning;

    /// <summary>Makes the layer.</summary>
    /// <param name="channels">Channels of the maps, at least 1.</param>
    /// <param name="conditioning">The conditions.</param>
    /// <param name="eps">A number that is added to variances, more than 0; 1e-5 in PyTorch.</param>
    /// <param name="momentum">The weight of a batch in the running averages, from 0 to 1; 0.1 in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ConditionalBatchNorm2d(long channels, Conditioning conditioning, double eps = 1e-5, double momentum = 0.1)
        : base(NativeBackend.For(nameof(ConditionalBatchNorm2d)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentNullException.ThrowIfNull(conditioning);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eps);
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(momentum, 1);
        (_channels, _conditioning) = (channels, conditioning);
        _norm = new BatchNormalization(channels, eps, momentum, affine: false);
        _embed = conditioning.CreateEmbedding(2 * channels);
        if (_embed is Embedding table)
            SetToIdentity(table);
        RegisterComponents();
    }

    /// <summary>Normalises.</summary>
    /// <param name="input">(B, channels, H, W).</param>
    /// <param name="condition">Labels (B) or attributes (B, A), one for each sample.</param>
    /// <returns>The input's shape.</returns>
    /// <exception cref="ArgumentException">The input or the condition does not fit.</exception>
    public override Tensor forward(Tensor input, Tensor condition)
    {
        Expect.Maps(input, _channels, nameof(ConditionalBatchNorm2d));
        _conditioning.Require(condition, nameof(ConditionalBatchNorm2d), input.size(0));
        using var scope = NewDisposeScope();
        var told = _conditioning.InTypeOf(condition, input);
        var parts = _embed.call(told).reshape(-1, 2 * _channels, 1, 1).chunk(2, 1); // two (B, C, 1, 1)
        var gain = _conditioning.AreClasses ? parts[0] : parts[0].PlusOne();
        return (gain * _norm.call(input)).Plus(parts[1]).MoveToOuterDisposeScope(); // (B, C, H, W)
    }

    private void SetToIdentity(Embedding table)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        table.weight!.narrow(1, 0, _channels).fill_(1);
        table.weight!.narrow(1, _channels, _channels).zero_();
    }
}
