using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// How a tool brings images to the size and range of the FID Inception: into 256 levels, to 299 x 299, and to about [-1, 1].
/// </summary>
/// <remarks>
/// Of images whose values are bytes, the results are the tools' to the last bit: of <see cref="TorchFidelity"/> and <see cref="CleanFid"/>
/// on every machine, of the other two as libtorch's kernels round on this processor. Images of one channel become three
/// equal ones, as the tools make them of grey files. Immutable and thread safe.
/// <para>
/// What resizing does to the distance: Parmar, Zhang, Zhu: On Aliased Resizing and Surprising Subtleties in GAN Evaluation, CVPR 2022,
/// arXiv:2104.11222.
/// </para>
/// </remarks>
public sealed class FeaturePreprocessing
{
    private readonly Func<Tensor, int, Tensor> _resize;
    private readonly Func<Tensor, Tensor> _normalize;
    private readonly string _steps;

    private FeaturePreprocessing(string name, string steps, Func<Tensor, int, Tensor> resize, Func<Tensor, Tensor>? normalize = null) =>
        (Name, _steps, _resize, _normalize) = (name, steps, resize, normalize ?? (levels => (levels - 128) / 128));

    /// <summary>
    /// torch-fidelity 0.4: rounded to bytes; TensorFlow 1's bilinear, which takes corners for corners, <c>source = target * scale</c>, and
    /// skips pixels when it shrinks; <c>(x - 128) / 128</c>.
    /// </summary>
    public static FeaturePreprocessing TorchFidelity { get; } = new(
        "torch-fidelity", "rounded to bytes, TensorFlow 1's bilinear, (x - 128) / 128", TensorFlowBilinear.Resize);

    /// <summary>
    /// pytorch-fid 0.3: rounded to bytes, as in the files that it reads; PyTorch's bilinear without antialiasing, of values in [0, 1];
    /// <c>2 x - 1</c>.
    /// </summary>
    public static FeaturePreprocessing PyTorchFid { get; } = new(
        "pytorch-fid", "rounded to bytes, / 255, bilinear without antialiasing, 2 x - 1", (levels, size) => Bilinear(levels / 255, size, antialias: false),
        values => 2 * values - 1);

    /// <summary>
    /// clean-fid's <c>clean</c> mode: rounded to bytes, as in the files that it reads; Pillow's antialiased bicubic of 32-bit floats, clipped
    /// to [0, 255] and not rounded; <c>(x - 128) / 128</c>. It runs on the CPU, wherever the images are.
    /// </summary>
    public static FeaturePreprocessing CleanFid { get; } = new(
        "clean-fid", "rounded to bytes, Pillow's bicubic of floats, clipped, (x - 128) / 128", PillowBicubic.Resize);

    /// <summary>
    /// torchmetrics of 2026: floats are cut down to bytes and not rounded, as its <c>normalize=True</c> does; antialiased bilinear;
    /// <c>(x - 128) / 128</c>.
    /// </summary>
    /// <remarks>
    /// A value within a thousandth of a whole level is that level: a byte that went through [-1, 1], which the tool would have been given as it was.
    /// </remarks>
    public static FeaturePreprocessing TorchMetrics { get; } = new(
        "torchmetrics", "cut down to bytes, antialiased bilinear, (x - 128) / 128", (levels, size) => Bilinear(levels, size, antialias: true))
    {
        CutsDown = true,
    };

    /// <summary>
    /// StyleGAN3, <em>untried</em>: <c>(x * 127.5 + 128)</c> clamped and cut to bytes, as its code does. The resizing is inside its network's
    /// file, which could not be had for a comparison; TensorFlow 1's bilinear stands in for it.
    /// </summary>
    public static FeaturePreprocessing StyleGan3 { get; } = new(
        "stylegan3 (untried)", "rounded to bytes, TensorFlow 1's bilinear in place of the network's own, (x - 128) / 128", TensorFlowBilinear.Resize);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FeaturePreprocessing> All { get; } = [TorchFidelity, PyTorchFid, CleanFid, TorchMetrics, StyleGan3];

    /// <summary>The tool's name, such as <c>torch-fidelity</c>; as <see cref="MetricDialect.Name"/>.</summary>
    public string Name { get; }

    private bool CutsDown { get; init; }

    /// <summary>What a tool does to images before the network sees them.</summary>
    /// <param name="dialect">The tool; <see cref="MetricDialect.Exact"/> has <see cref="TorchFidelity"/>.</param>
    public static FeaturePreprocessing Of(MetricDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        return dialect == MetricDialect.StyleGan3 ? StyleGan3 : All.FirstOrDefault(tool => tool.Name == dialect.Name, TorchFidelity);
    }

    /// <summary>Prepares images for the FID Inception.</summary>
    /// <param name="images">(B, 3 or 1, H, W) in [-1, 1], of a floating-point type; or bytes, which are taken as they are.</param>
    /// <returns>(B, 3, 299, 299) of float32, on the images' device. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The shape or the type is another.</exception>
    public Tensor Prepare(Tensor images)
    {
        using var scope = NewDisposeScope();
        return _normalize(Resize(images, FidInceptionNetwork.ImageSize)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {_steps}";

    /// <summary>Before the normalisation: in [0, 255], of pytorch-fid in [0, 1].</summary>
    internal Tensor Resize(Tensor images, int size)
    {
        using var noGrad = no_grad();
        return _resize(Levels(images), size);
    }

    /// <summary>The images in 256 levels, as floats, of three channels.</summary>
    private Tensor Levels(Tensor images)
    {
        Require(images);
        var levels = images.dtype == ScalarType.Byte ? images.to(ScalarType.Float32)
            : CutsDown ? Cut(images.to(ScalarType.Float32))
            : (images.to(ScalarType.Float32) * 127.5 + 128).clamp(0, 255).floor();
        return (images.shape[1] == 1 ? levels.expand(-1, 3, -1, -1) : levels).contiguous();
    }

    private static Tensor Cut(Tensor images)
    {
        var levels = ((images + 1) / 2 * 255).clamp(0, 255);
        var whole = levels.round();
        return where((levels - whole).abs() < 1e-3, whole, levels.floor());
    }

    private static Tensor Bilinear(Tensor images, int size, bool antialias) => nn.functional.interpolate(
        images, [size, size], mode: InterpolationMode.Bilinear, align_corners: false, antialias: antialias);

    private static void Require(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.shape is not [> 0, 1 or 3, > 0, > 0])
        {
            throw new ArgumentException(
                $"Features are of images (B, 3, H, W) or (B, 1, H, W), but these are {images.Describe()}.", nameof(images));
        }

        if (!images.is_floating_point() && images.dtype != ScalarType.Byte)
        {
            throw new ArgumentException(
                $"Features are of floating-point images in [-1, 1], or of bytes, but these are {images.dtype}.", nameof(images));
        }
    }
}
