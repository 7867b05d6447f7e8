using System.Globalization;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// SSIM: how alike two images are in local brightness, contrast and structure. 1 for equal images, near 0 for unrelated
/// ones, negative where one is the other's inverse.
/// </summary>
/// <remarks>
/// <c>SSIM = (2 μx μy + C1) (2 σxy + C2) / ((μx² + μy² + C1) (σx² + σy² + C2))</c>, with <c>C1 = (K1 L)²</c> and
/// <c>C2 = (K2 L)²</c>, where means, variances and the covariance are those under a Gaussian window, and <c>L</c> is
/// the width of the range of pixel values. It is averaged over the places where the whole window lies in the image, and over
/// channels, as scikit-image does with <c>gaussian_weights=True, sigma=1.5, use_sample_covariance=False</c>. The
/// defaults are the paper's, with a range that suits images in [-1, 1]. Gradients flow to both images. Immutable and
/// thread safe.
/// <para>
/// Wang, Bovik, Sheikh, Simoncelli: Image Quality Assessment: From Error Visibility to Structural Similarity, IEEE
/// Transactions on Image Processing 13(4), 2004.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using var similarity = new StructuralSimilarity().Measure(outputs, truths); // (B)
/// </code>
/// </example>
public sealed class StructuralSimilarity : IPairMetric
{
    /// <summary>The possible values of a pixel, of which L is the width; <see cref="ValueRange.Symmetric"/>, so L is 2, by default.</summary>
    public ValueRange Range { get; init => field = Given.NotNull(value); } = ValueRange.Symmetric;

    /// <summary>The window's height and width in pixels, odd, at least 3; 11, the paper's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is even or below 3.</exception>
    public long WindowSize
    {
        get;
        init => field = value >= 3 && long.IsOddInteger(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(WindowSize), value, $"WindowSize is {value}, but must be odd and at least 3.");
    } = 11;

    /// <summary>The standard deviation of the Gaussian window, in pixels; 1.5, the paper's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double Sigma
    {
        get;
        init => field = RequirePositive(value);
    } = 1.5;

    /// <summary>K1, which steadies the comparison of brightness where both are dark; 0.01, the paper's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double K1
    {
        get;
        init => field = RequirePositive(value);
    } = 0.01;

    /// <summary>K2, which steadies the comparison of contrast where both are flat; 0.03, the paper's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double K2
    {
        get;
        init => field = RequirePositive(value);
    } = 0.03;

    /// <inheritdoc/>
    public string Name => "ssim";

    /// <inheritdoc/>
    public bool LowerIsBetter => false;

    /// <inheritdoc/>
    public string Settings => string.Create(
        CultureInfo.InvariantCulture, $"window {WindowSize}, sigma {Sigma}, range {Range}, K {K1} and {K2}");

    /// <summary>Compares images one by one.</summary>
    /// <param name="images">Images (B, C, H, W) of a floating-point type, H and W at least <see cref="WindowSize"/>.
    /// </param>
    /// <param name="targets">The images that they are compared with: as many, of the same shape, type and device. The order of the
    /// two makes no difference.
    /// </param>
    /// <returns>
    /// The similarity of each pair, in [-1, 1]: (B), of the images' type; of float32 where that is smaller, in which it is
    /// computed. The caller owns it.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The shape is not (B, C, H, W), is smaller than the window, or differs between the two; or the type is not a
    /// floating-point one, or differs.
    /// </exception>
    public Tensor Measure(Tensor images, Tensor targets)
    {
        ImagePair.Require(images, targets, "Structural similarity", WindowSize, ", the window's size");
        using var scope = NewDisposeScope();
        return Compare(Wide(images), Wide(targets)).Similarity.mean([1]).MoveToOuterDisposeScope(); // (B)
    }

    // Variances are differences of near numbers, which half precision would lose.
    internal static Tensor Wide(Tensor images) => images.dtype == ScalarType.Float64 ? images : images.to(ScalarType.Float32);

    /// <summary>Means over places, of each channel (B, C): the similarity, and its factor of contrast and structure.</summary>
    internal (Tensor Similarity, Tensor Contrast) Compare(Tensor images, Tensor targets)
    {
        var (x, y) = (Planes(images), Planes(targets)); // (B C, 1, H, W)
        var means = Blur(cat([x, y, x * x, y * y, x * y])).chunk(5); // each (B C, 1, H - w + 1, W - w + 1)
        var (meanX, meanY) = (means[0], means[1]);
        var (varianceX, varianceY) = (means[2] - meanX * meanX, means[3] - meanY * meanY);
        var covariance = means[4] - meanX * meanY;
        var (c1, c2) = (Math.Pow(K1 * Range.Width, 2), Math.Pow(K2 * Range.Width, 2));
        var contrast = (2 * covariance + c2) / (varianceX + varianceY + c2);
        var brightness = (2 * meanX * meanY + c1) / (meanX * meanX + meanY * meanY + c1);
        return (Mean(brightness * contrast), Mean(contrast));

        Tensor Mean(Tensor map) => map.view(images.shape[0], images.shape[1], -1).mean([2]);
    }

    private static Tensor Planes(Tensor images) => images.reshape(-1, 1, images.shape[2], images.shape[3]);

    // A Gaussian over the plane is one down the columns and one along the rows.
    private Tensor Blur(Tensor planes)
    {
        var offsets = arange(WindowSize, dtype: ScalarType.Float64, device: planes.device) - WindowSize / 2;
        var bell = (-offsets * offsets / (2 * Sigma * Sigma)).exp();
        var weights = (bell / bell.sum()).to(planes.dtype);
        return nn.functional.conv2d(
            nn.functional.conv2d(planes, weights.view(1, 1, -1, 1)), weights.view(1, 1, 1, -1));
    }

    private static double RequirePositive(double value, [CallerMemberName] string name = "") =>
        value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}, but must be a finite number above 0.");
}
