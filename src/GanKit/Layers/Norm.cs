using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// A choice of normalisation: makes the layer once the number of channels is known. The common ones are static members.
/// </summary>
/// <remarks>
/// Immutable; every call of <see cref="Create"/> makes a new layer that the caller owns. A normalisation of your own:
/// <code>var quick = new Norm("Quick", channels => BatchNorm2d(channels, momentum: 0.5), removesChannelMean: true);</code>
/// </remarks>
public sealed class Norm
{
    private readonly Func<long, Module<Tensor, Tensor>> _create;

    /// <summary>Defines a normalisation.</summary>
    /// <param name="name">The text of <see cref="ToString"/>.</param>
    /// <param name="create">Makes the layer for a number of channels; a new one at each call.</param>
    /// <param name="removesChannelMean">See <see cref="RemovesChannelMean"/>; false unless stated.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="create"/> is null.</exception>
    public Norm(string name, Func<long, Module<Tensor, Tensor>> create, bool removesChannelMean = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        (Name, _create, RemovesChannelMean) = (name, create, removesChannelMean);
    }

    /// <summary>No normalisation: the identity.</summary>
    public static Norm None { get; } = new("None", _ => Identity());

    /// <summary>
    /// Batch normalisation with scale, shift and running statistics, PyTorch's defaults (eps 1e-5, momentum 0.1).
    /// Ioffe and Szegedy 2015, <see href="https://arxiv.org/abs/1502.03167"/>.
    /// </summary>
    public static Norm Batch { get; } = new("Batch", channels => new BatchNormalization(channels), removesChannelMean: true);

    /// <summary>
    /// Instance normalisation without parameters or running statistics, PyTorch's defaults (eps 1e-5): the same in
    /// training and in evaluation. Ulyanov 2016, <see href="https://arxiv.org/abs/1607.08022"/>.
    /// </summary>
    public static Norm Instance { get; } =
        new("Instance", channels => new InstanceNormalization(channels), removesChannelMean: true);

    /// <summary>Each pixel's vector of channels, scaled to unit mean square: <see cref="PixelNorm"/>.</summary>
    public static Norm Pixel { get; } = new("Pixel", _ => new PixelNorm());

    /// <summary>The name given, for example <c>Batch</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether the layer subtracts each channel's own mean, and so cancels a bias of the convolution before it, which may then
    /// be left out.
    /// </summary>
    public bool RemovesChannelMean { get; }

    /// <summary>
    /// Group normalisation with scale and shift (eps 1e-5); one group is layer normalisation, which suits critics with
    /// a gradient penalty. Wu and He 2018, <see href="https://arxiv.org/abs/1803.08494"/>.
    /// </summary>
    /// <param name="groups">The number of groups, at least 1. It must divide the channels given later.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="groups"/> is less than 1.</exception>
    public static Norm Group(long groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        return new($"Group({groups})", channels => channels % groups == 0
            ? CreateGroup(groups, channels)
            : throw new ArgumentException(
                $"{channels} channels can't be split into {groups} equal groups.", nameof(groups)));
    }

    /// <summary>Makes the layer for feature maps (B, <paramref name="channels"/>, H, W).</summary>
    /// <param name="channels">The number of channels, at least 1.</param>
    /// <returns>A new layer that the caller owns; it keeps its input's shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is less than 1.</exception>
    public Module<Tensor, Tensor> Create(long channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        return _create(channels);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    // TorchSharp leaves the scale and the shift of GroupNorm, and of it alone, at whatever was in memory; PyTorch's are
    // 1 and 0.
    private static Module<Tensor, Tensor> CreateGroup(long groups, long channels)
    {
        var layer = GroupNorm(groups, channels);
        using var noGrad = no_grad();
        layer.weight.fill_(1);
        layer.bias!.fill_(0);
        layer.register_forward_pre_hook((_, input) => NormValues.FindFault(layer, input) is { } needed
            ? throw NormValues.Refuse(layer, $"Group normalisation of {channels} channels in {groups} groups", needed, input)
            : input);
        return layer;
    }
}
