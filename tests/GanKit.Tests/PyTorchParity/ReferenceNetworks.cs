using GanKit.Layers;
using GanKit.Tests.PyTorch;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// The networks of Fixtures/reference_networks.py, built by the library, and the numbers they are filled with.
/// </summary>
internal static class ReferenceNetworks
{
    /// <summary>Each case's network, and the shape of its input.</summary>
    public static IReadOnlyDictionary<string, (Func<Module<Tensor, Tensor>> Build, long[] Input)> Cases { get; } =
        new Dictionary<string, (Func<Module<Tensor, Tensor>> Build, long[] Input)>
        {
            ["resnet_6_instance"] = (() => new ResnetGenerator(width: 3, blocks: 6), [2, 3, 16, 12]),
            ["resnet_9_instance"] = (() => new ResnetGenerator(width: 2, blocks: 9), [1, 3, 12, 16]),
            ["resnet_6_batch"] = (() => new ResnetGenerator(1, 2, width: 2, blocks: 6, Norm.Batch), [2, 1, 8, 12]),
            ["resnet_9_batch"] = (() => new ResnetGenerator(width: 2, norm: Norm.Batch), [2, 3, 8, 12]),
            ["resnet_6_instance_dropout"] = (
                () => new ResnetGenerator(width: 2, blocks: 6, dropout: true), [1, 3, 8, 12]),
            ["resnet_9_batch_dropout"] = (
                () => new ResnetGenerator(width: 2, norm: Norm.Batch, dropout: true), [2, 3, 12, 8]),
            ["resnet_2_replicate"] = (
                () => new ResnetGenerator(3, 1, width: 2, blocks: 2, paddingMode: PaddingModes.Replicate), [1, 3, 8, 12]),
            ["resnet_2_zero"] = (
                () => new ResnetGenerator(width: 2, blocks: 2, dropout: true, paddingMode: PaddingModes.Zeros),
                [1, 3, 12, 8]),
            ["unet_5_instance"] = (() => new UnetGenerator(1, 3, downs: 5, width: 2, Norm.Instance), [1, 1, 32, 64]),
            ["unet_7_batch"] = (() => new UnetGenerator(downs: 7, width: 2), [1, 3, 128, 256]),
            ["unet_7_instance_dropout"] = (
                () => new UnetGenerator(downs: 7, width: 1, norm: Norm.Instance, dropout: true), [2, 3, 128, 128]),
            ["unet_8_batch"] = (() => new UnetGenerator(2, 1, downs: 8, width: 1), [2, 2, 256, 256]),
            ["unet_8_batch_dropout"] = (() => new UnetGenerator(width: 2, dropout: true), [1, 3, 256, 256]),
            ["patch_1_batch"] = (() => new PatchDiscriminator(width: 3, layers: 1), [2, 3, 16, 12]),
            ["patch_1_instance"] = (
                () => new PatchDiscriminator(width: 3, layers: 1, norm: Norm.Instance), [2, 3, 12, 16]),
            ["patch_2_batch"] = (() => new PatchDiscriminator(6, width: 3, layers: 2), [2, 6, 22, 32]),
            ["patch_2_instance"] = (
                () => new PatchDiscriminator(width: 3, layers: 2, norm: Norm.Instance), [1, 3, 32, 25]),
            ["patch_3_batch"] = (() => new PatchDiscriminator(6, width: 2), [2, 6, 32, 48]),
            ["patch_3_instance"] = (() => new PatchDiscriminator(width: 2, norm: Norm.Instance), [1, 3, 48, 35]),
            ["patch_5_batch"] = (() => new PatchDiscriminator(1, width: 1, layers: 5), [1, 1, 128, 128]),
            ["pixel_batch"] = (() => new PixelDiscriminator(width: 4), [2, 3, 7, 5]),
            ["pixel_instance"] = (() => new PixelDiscriminator(6, width: 4, Norm.Instance), [2, 6, 5, 7]),
            ["srgan_generator_2"] = (() => new SrganGenerator(2, width: 3), [2, 3, 6, 5]),
            ["srgan_generator_4"] = (() => new SrganGenerator(4, width: 4), [2, 3, 5, 6]),
            ["srgan_generator_8"] = (() => new SrganGenerator(8, channels: 1, width: 2, blocks: 3), [1, 1, 4, 3]),
            ["srgan_generator_2018"] = (() => new SrganGenerator(2, width: 2, blocks: 1, trunkNorm: false), [1, 3, 5, 4]),
            ["srgan_discriminator"] = (() => new SrganDiscriminator(width: 2), [3, 3, 17, 24]),
            ["rrdb_4"] = (() => new RrdbGenerator(width: 4, blocks: 2, growth: 2), [2, 3, 5, 4]),
            ["rrdb_2"] = (() => new RrdbGenerator(width: 3, blocks: 2, growth: 2, scale: 2), [1, 3, 8, 6]),
            ["rrdb_1"] = (() => new RrdbGenerator(1, 2, width: 4, blocks: 1, growth: 3, scale: 1), [1, 1, 12, 8]),
            ["rrdb_4_original"] = (
                () => new RrdbGenerator(width: 4, blocks: 2, growth: 2), [1, 3, 4, 5]),
        };

    /// <summary>Numbers in [-1, 1] that look random, equal to the bit in Python: integers, one division.</summary>
    public static Tensor Pattern(string name, params long[] shape)
    {
        using var scope = NewDisposeScope();
        var seed = name.Select((letter, i) => (i + 1L) * letter).Sum();
        var i = arange(shape.Aggregate(1L, (product, size) => product * size), dtype: int64);
        var hash = (i * i * 31 + i * (2 * seed + 1) + seed * 101).remainder(8191);
        return (hash.to(float64) / 4095 - 1).reshape(shape).MoveToOuterDisposeScope();
    }

    /// <summary>What the reference implementation of a case calls a weight of the network.</summary>
    public static string NameOf(string weight, string network) =>
        network.EndsWith("_original", StringComparison.Ordinal) ? EsrganNames.Original(weight) : weight;

    /// <summary>Gives every weight and buffer the pattern of its reference's name, as Python's <c>fill</c> does.</summary>
    public static void Fill(nn.Module network, string name = "")
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (key, value) in network.state_dict())
            Fill(value, NameOf(key, name));
    }

    /// <summary>Gives a weight or a buffer the pattern of its name.</summary>
    public static void Fill(Tensor value, string key)
    {
        var numbers = Pattern(key, value.shape);
        value.copy_(value.shape switch
        {
            [] => torch.tensor(3L),
            [var first, _, ..] => numbers * Math.Sqrt(6 * (double)first / value.numel()),
            _ when key.EndsWith("running_var", StringComparison.Ordinal) => 1 + 0.5 * numbers,
            _ when key.EndsWith("weight", StringComparison.Ordinal) => 0.5 + 0.2 * numbers,
            _ => 0.2 * numbers,
        });
    }
}
