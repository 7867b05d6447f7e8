using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Metrics;

/// <summary>
/// A block of the FID Inception: branches whose maps are put side by side, named as torchvision's.
/// </summary>
/// <remarks>
/// Unlike torchvision's, the average pools leave padding out of the count, as TensorFlow's do, and the last block pools by the maximum.
/// </remarks>
internal sealed class InceptionBlock : Module<Tensor, Tensor>
{
    private Func<Tensor, Tensor>[] _branches = [];

    private InceptionBlock() : base(nameof(InceptionBlock))
    {
    }

    /// <summary>35 x 35: Mixed_5b, 5c and 5d.</summary>
    internal static InceptionBlock A(long maps, long pooled)
    {
        var block = new InceptionBlock();
        return block.Of(
            Chain(block.Conv("branch1x1", maps, 64, (1, 1))),
            Chain(block.Conv("branch5x5_1", maps, 48, (1, 1)), block.Conv("branch5x5_2", 48, 64, (5, 5))),
            Chain(
                block.Conv("branch3x3dbl_1", maps, 64, (1, 1)), block.Conv("branch3x3dbl_2", 64, 96, (3, 3)),
                block.Conv("branch3x3dbl_3", 96, 96, (3, 3))),
            Chain(AveragePool, block.Conv("branch_pool", maps, pooled, (1, 1))));
    }

    /// <summary>To 17 x 17: Mixed_6a.</summary>
    internal static InceptionBlock B(long maps)
    {
        var block = new InceptionBlock();
        return block.Of(
            block.Halving("branch3x3", maps, 384),
            Chain(
                block.Conv("branch3x3dbl_1", maps, 64, (1, 1)), block.Conv("branch3x3dbl_2", 64, 96, (3, 3)),
                block.Halving("branch3x3dbl_3", 96, 96)),
            HalvingPool);
    }

    /// <summary>17 x 17: Mixed_6b to 6e.</summary>
    internal static InceptionBlock C(long maps, long narrow)
    {
        var block = new InceptionBlock();
        return block.Of(
            Chain(block.Conv("branch1x1", maps, 192, (1, 1))),
            Chain(
                block.Conv("branch7x7_1", maps, narrow, (1, 1)), block.Conv("branch7x7_2", narrow, narrow, (1, 7)),
                block.Conv("branch7x7_3", narrow, 192, (7, 1))),
            Chain(
                block.Conv("branch7x7dbl_1", maps, narrow, (1, 1)), block.Conv("branch7x7dbl_2", narrow, narrow, (7, 1)),
                block.Conv("branch7x7dbl_3", narrow, narrow, (1, 7)), block.Conv("branch7x7dbl_4", narrow, narrow, (7, 1)),
                block.Conv("branch7x7dbl_5", narrow, 192, (1, 7))),
            Chain(AveragePool, block.Conv("branch_pool", maps, 192, (1, 1))));
    }

    /// <summary>To 8 x 8: Mixed_7a.</summary>
    internal static InceptionBlock D(long maps)
    {
        var block = new InceptionBlock();
        return block.Of(
            Chain(block.Conv("branch3x3_1", maps, 192, (1, 1)), block.Halving("branch3x3_2", 192, 320)),
            Chain(
                block.Conv("branch7x7x3_1", maps, 192, (1, 1)), block.Conv("branch7x7x3_2", 192, 192, (1, 7)),
                block.Conv("branch7x7x3_3", 192, 192, (7, 1)), block.Halving("branch7x7x3_4", 192, 192)),
            HalvingPool);
    }

    /// <summary>8 x 8: Mixed_7b, and by the maximum Mixed_7c.</summary>
    internal static InceptionBlock E(long maps, bool byMaximum)
    {
        var block = new InceptionBlock();
        return block.Of(
            Chain(block.Conv("branch1x1", maps, 320, (1, 1))),
            Chain(
                block.Conv("branch3x3_1", maps, 384, (1, 1)),
                Fork(block.Conv("branch3x3_2a", 384, 384, (1, 3)), block.Conv("branch3x3_2b", 384, 384, (3, 1)))),
            Chain(
                block.Conv("branch3x3dbl_1", maps, 448, (1, 1)), block.Conv("branch3x3dbl_2", 448, 384, (3, 3)),
                Fork(block.Conv("branch3x3dbl_3a", 384, 384, (1, 3)), block.Conv("branch3x3dbl_3b", 384, 384, (3, 1)))),
            Chain(byMaximum ? MaximumPool : AveragePool, block.Conv("branch_pool", maps, 192, (1, 1))));
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Fork(_branches)(input).MoveToOuterDisposeScope();
    }

    private InceptionBlock Of(params Func<Tensor, Tensor>[] branches)
    {
        _branches = branches;
        return this;
    }

    /// <summary>A convolution that keeps the size.</summary>
    private Func<Tensor, Tensor> Conv(string name, long from, long to, (long High, long Wide) kernel) =>
        Registered(name, new(from, to, kernel, 1, (kernel.High / 2, kernel.Wide / 2)));

    private Func<Tensor, Tensor> Halving(string name, long from, long to) => Registered(name, new(from, to, (3, 3), 2, (0, 0)));

    private Func<Tensor, Tensor> Registered(string name, InceptionConvolution convolution)
    {
        register_module(name, convolution);
        return convolution.call;
    }

    private static Func<Tensor, Tensor> Chain(params Func<Tensor, Tensor>[] steps) => input => steps.Aggregate(input, (maps, step) => step(maps));

    private static Func<Tensor, Tensor> Fork(params Func<Tensor, Tensor>[] ways) => input => cat([.. ways.Select(way => way(input))], 1);

    private static Tensor AveragePool(Tensor maps) =>
        functional.avg_pool2d(maps, [3, 3], [1, 1], [1, 1], count_include_pad: false);

    private static Tensor MaximumPool(Tensor maps) => functional.max_pool2d(maps, [3, 3], [1, 1], [1, 1]);

    private static Tensor HalvingPool(Tensor maps) => functional.max_pool2d(maps, [3, 3], [2, 2]);
}
