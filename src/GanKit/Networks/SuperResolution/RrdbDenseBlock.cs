using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// The dense block of ESRGAN: four convolutions each see the input and the output of all before them, new LeakyLayer(0.2)
/// after each; a fifth sees all of that, and <c>x + 0.2 F(x)</c> is the result.
/// </summary>
[Samplewise]
internal sealed class RrdbDenseBlock : Module<Tensor, Tensor>
{
    internal const double ResidualScale = 0.2;

    // BasicSR multiplies Kaiming's weights by this; without normalisation they have to start small.
    private const double InitialScale = 0.1;

    private readonly Conv2d[] _growing;
    private readonly Conv2d _last;

    internal RrdbDenseBlock(long width, long growth) : base(nameof(RrdbDenseBlock))
    {
        _growing = [.. Enumerable.Range(0, 4).Select(i => Conv2d(width + i * growth, growth, 3, padding: 1L))];
        _last = Conv2d(width + 4 * growth, width, 3, padding: 1L);
        foreach (var (index, convolution) in _growing.Append(_last).Index())
        {
            register_module($"conv{index + 1}", convolution);
        }

        this.Initialize(Initializer.KaimingNormal(InitialScale * Gain.Relu));
    }

    public override Tensor forward(Tensor input)
    {
        var maps = input.alias(); // (B, w, H, W), growing to (B, w + 4g, H, W)
        foreach (var convolution in _growing)
        {
            using var before = maps;
            using var linear = convolution.call(before);
            using var grown = linear.LeakyInPlace(0.2); // (B, g, H, W)
            maps = cat([before, grown], 1);
        }

        using var all = maps;
        using var residual = _last.call(all);
        return input.PlusTimes(residual, ResidualScale); // (B, w, H, W)
    }
}
