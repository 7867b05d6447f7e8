namespace GanKit.Networks;

/// <summary>A network's inputs and outputs, and how its authors run it.</summary>
public sealed record NetworkUse
{
    private NetworkUse()
    {
    }

    /// <summary>Whether it makes images (a generator); otherwise it judges them, and gives logits.</summary>
    public required bool MakesImages { get; init; }

    /// <summary>The length of the latent vectors that it takes; null where it takes images.</summary>
    public long? LatentSize { get; private init; }

    /// <summary>Channels of the images that it takes; 0 where it takes latents.</summary>
    public long InChannels { get; private init; }

    /// <summary>Channels of the images that it makes; 0 where it makes none.</summary>
    public long OutChannels { get; private init; }

    /// <summary>The only height and width that there is, of images taken or else made; null where it is free.</summary>
    public long? ImageSize { get; private init; }

    /// <summary>The heights and widths of the images that it takes; all unless stated.</summary>
    public PictureSizes PictureSizes { get; init => field = Given.NotNull(value); } = new();

    /// <summary>The factor by which output images are larger than input images.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>The range of the images' values, taken and made; <see cref="ValueRange.Symmetric"/> unless stated.</summary>
    public ValueRange Range { get; init => field = Given.NotNull(value); } = ValueRange.Symmetric;

    /// <summary>
    /// How its authors run it; evaluation unless stated. The network of <see cref="NetworkSpec.Build"/> has the same mode.
    /// </summary>
    public InferenceMode InferenceMode { get; init => field = Given.NotNull(value); } = InferenceMode.RunningStatistics;

    /// <summary>A generator of square images from latents.</summary>
    /// <param name="latentSize">The length of a latent vector.</param>
    /// <param name="channels">The images' channels.</param>
    /// <param name="imageSize">Their height and width.</param>
    /// <returns>Its use.</returns>
    public static NetworkUse FromLatents(long latentSize, long channels, long imageSize) =>
        new() { MakesImages = true, LatentSize = latentSize, OutChannels = channels, ImageSize = imageSize };

    /// <summary>
    /// A generator of images from images, in [-1, 1] and of any size unless stated otherwise with <c>with</c>.
    /// </summary>
    /// <param name="inChannels">Channels that come in.</param>
    /// <param name="outChannels">Channels that go out.</param>
    /// <returns>Its use.</returns>
    public static NetworkUse FromImages(long inChannels, long outChannels) =>
        new() { MakesImages = true, InChannels = inChannels, OutChannels = outChannels };

    /// <summary>A discriminator.</summary>
    /// <param name="channels">Channels of what it judges.</param>
    /// <param name="imageSize">Its height and width; null where they are free.</param>
    /// <returns>Its use.</returns>
    public static NetworkUse ToLogits(long channels, long? imageSize = null) =>
        new() { MakesImages = false, InChannels = channels, ImageSize = imageSize };

    /// <summary>One line of text: <c>images (B, 3, H, W) in [-1, 1] to images (B, 3, 4H, 4W)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var (height, width) = ImageSize is { } size ? ($"{size}", $"{size}") : ("H", "W");
        var taken = LatentSize is { } length ? $"latents (B, {length})"
            : $"images (B, {InChannels}, {height}, {width}) in {Range}";
        if (PictureSizes.Multiple > 1)
            taken += $", H and W multiples of {PictureSizes.Multiple}";
        if (PictureSizes.Smallest > PictureSizes.Multiple)
            taken += PictureSizes.Multiple > 1 ? $" and at least {PictureSizes.Smallest}" : $", H and W at least {PictureSizes.Smallest}";
        if (!MakesImages)
            return $"{taken} to logits";
        if (Scale > 1)
            (height, width) = ($"{Scale}H", $"{Scale}W");
        var made = $"{taken} to images (B, {OutChannels}, {height}, {width}){(LatentSize is null ? "" : $" in {Range}")}";
        return InferenceMode == InferenceMode.AsTrained ? $"{made}; its authors run it in training mode" : made;
    }
}
