using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// The residual in residual dense block of <see cref="RrdbGenerator"/>: <c>x + 0.2 F(x)</c>, where F is three dense
/// blocks in turn.
/// </summary>
[Samplewise]
internal sealed class RrdbBlock : Module<Tensor, Tensor>
{
    private const int DenseBlocks = 3;

    private readonly RrdbDenseBlock[] _dense;

    internal RrdbBlock(long width, long growth, RrdbNaming naming) : base(nameof(RrdbBlock))
    {
        _dense = [.. Enumerable.Range(0, DenseBlocks).Select(_ => new RrdbDenseBlock(width, growth))];
        foreach (var (index, block) in _dense.Index())
        {
            register_module($"{naming.DenseBlock}{index + 1}", block);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var residual = input.Through(_dense);
        return input.PlusTimes(residual, RrdbDenseBlock.ResidualScale); // (B, w, H, W)
    }
}
