using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>
/// Shows a discriminator how much the samples of a batch differ: appends their standard deviation as extra channels. It shows at once when
/// a generator has collapsed to one output.
/// </summary>
/// <remarks>
/// The batch is split into groups of G samples, the channels into F features of C / F channels. For each group and
/// feature, the standard deviation over the group (<c>sqrt(var + 1e-8)</c>, biased variance) is averaged over the
/// feature's channels and pixels to one number, which fills one extra channel of every sample of the group. Groups are
/// strided, as StyleGAN2's: sample i is in group <c>i mod (B / G)</c>. No parameters; the same in training and in
/// evaluation, where a batch of one gives the constant 1e-4.
/// <para>
/// Any batch size works. G is the largest divisor of B that is at most <c>groupSize</c>; where only 1 is left (B prime,
/// for example), a group of one would tell nothing, so G is the smallest divisor above <c>groupSize</c>. Batches of 8,
/// 6 and 7 with <c>groupSize</c> 4 make groups of 4, 3 and 7.
/// </para>
/// <para>
/// Karras et al. 2018, "Progressive Growing of GANs", section 3, <see href="https://arxiv.org/abs/1710.10196"/>; groups
/// and features as in StyleGAN2, Karras et al. 2020, <see href="https://arxiv.org/abs/1912.04958"/>.
/// </para>
/// </remarks>
public sealed class MinibatchStdDev : ParameterLessModule<Tensor, Tensor>
{
    private const double Epsilon = 1e-8;

    private readonly long _groupSize;
    private readonly long _features;

    /// <summary>Makes the layer.</summary>
    /// <param name="groupSize">
    /// Samples that are compared with each other, at least 2; the whole batch if it is smaller. Default: 4, both
    /// papers'.
    /// </param>
    /// <param name="features">
    /// Extra channels, at least 1; must divide the input's channels. Default: 1, both papers'.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is too small.</exception>
    public MinibatchStdDev(long groupSize = 4, long features = 1) : base(NativeBackend.For(nameof(MinibatchStdDev)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        (_groupSize, _features) = (groupSize, features);
    }

    /// <summary>Appends the statistics.</summary>
    /// <param name="input">Feature maps (B, C, H, W).</param>
    /// <returns>(B, C + features, H, W), the same dtype.</returns>
    /// <exception cref="ArgumentException">
    /// The input does not have four dimensions, is empty, or its channels are not a multiple of the features.
    /// </exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, nameof(MinibatchStdDev));
        var (batch, channels, height, width) = (input.size(0), input.size(1), input.size(2), input.size(3));
        if (input.numel() == 0 || channels % _features != 0)
        {
            throw new ArgumentException(
                $"MinibatchStdDev makes {_features} feature(s), so it takes a non-empty input whose channels are a " +
                $"multiple of {_features}; this one is {input.Describe()}.", nameof(input));
        }

        using var scope = NewDisposeScope();
        var group = GroupSize(batch, _groupSize);
        var grouped = input.InSinglePrecision().reshape(group, batch / group, _features, -1);   // (G, B/G, F, C/F·H·W)
        var variance = (grouped - grouped.mean([0], keepdim: true)).square().mean([0]);        // (B/G, F, C/F·H·W)
        var deviation = variance.Plus(Epsilon).sqrt().mean([2]).to_type(input.dtype);            // (B/G, F)
        var maps = deviation.repeat(group, 1).reshape(batch, _features, 1, 1).expand(-1, -1, height, width);
        return cat([input, maps], 1).MoveToOuterDisposeScope();                                // (B, C + F, H, W)
    }

    internal static long GroupSize(long batch, long wanted)
    {
        for (var size = Math.Min(wanted, batch); size > 1; size--)
        {
            if (batch % size == 0)
                return size;
        }

        for (var size = wanted + 1; size < batch; size++)
        {
            if (batch % size == 0)
                return size;
        }

        return batch;
    }
}
