namespace GanKit.Tests.Data.Loading;

/// <summary>A transform of the library beside the same on tensors, by libtorch's operations on whole images.</summary>
/// <param name="Transform">The library's.</param>
/// <param name="Draw">From a sample's random source to what is done to its images (C, H, W).</param>
internal sealed record TensorStep(ImageTransform Transform, Func<Random, Func<Tensor, Tensor>> Draw)
{
    internal static TensorStep Resize(int shorterSide) => new(ImageTransform.Resize(shorterSide), _ => image =>
    {
        var shorter = Math.Min(image.shape[1], image.shape[2]);
        return Interpolation.Bilinear.Resize(
            image, (int)(image.shape[1] * shorterSide / shorter), (int)(image.shape[2] * shorterSide / shorter));
    });

    internal static TensorStep Resize(int height, int width, Interpolation? interpolation = null) => new(
        ImageTransform.Resize(height, width, interpolation),
        _ => image => (interpolation ?? Interpolation.Bilinear).Resize(image, height, width));

    internal static TensorStep CenterCrop(int height, int? width = null) => new(
        ImageTransform.CenterCrop(height, width),
        _ => image => Crop(image, height, width ?? height, spare => spare / 2, spare => spare / 2));

    internal static TensorStep RandomCrop(int height, int? width = null, int padding = 0) => new(
        ImageTransform.RandomCrop(height, width, padding), random =>
        {
            var (down, right) = (random.NextDouble(), random.NextDouble());
            return image =>
            {
                if (padding > 0)
                    image = nn.functional.pad(image.unsqueeze(0), [padding, padding, padding, padding], PaddingModes.Reflect).squeeze(0);
                return Crop(image, height, width ?? height, spare => (long)(down * (spare + 1)), spare => (long)(right * (spare + 1)));
            };
        });

    internal static TensorStep Flip(double probability = 0.5) => new(ImageTransform.FlipHorizontally(probability), random =>
    {
        var flip = random.NextDouble() < probability;
        return image => flip ? image.flip(2) : image;
    });

    /// <summary>A transform of a user, on tensors, which turns half of the images.</summary>
    internal static TensorStep Turn()
    {
        return new(new Own(), Choose);

        static Func<Tensor, Tensor> Choose(Random random)
        {
            var turns = random.NextDouble() < 0.5;
            return image => turns ? image.transpose(1, 2) * 0.5 : image;
        }
    }

    /// <summary>A transform of a user, on pixels, which mirrors images up to down; it is libtorch's flip of rows.</summary>
    internal static TensorStep UpsideDown() => new(new OwnPixels(), _ => image => image.flip(1));

    private static Tensor Crop(Tensor image, int height, int width, Func<long, long> top, Func<long, long> left) =>
        image.narrow(1, top(image.shape[1] - height), height).narrow(2, left(image.shape[2] - width), width);

    private sealed class Own : ImageTransform
    {
        public override Func<LazyImage, LazyImage> Draw(Random random)
        {
            var turns = random.NextDouble() < 0.5;
            return image => turns ? LazyImage.FromTensor(image.ToTensor().transpose(1, 2) * 0.5) : image;
        }
    }

    private sealed class OwnPixels : ImageTransform
    {
        public override Func<LazyImage, LazyImage> Draw(Random random) => image => new Mirrored(image);
    }

    private sealed class Mirrored(LazyImage image) : LazyImage(image)
    {
        protected override void RenderCore(System.Drawing.Rectangle part, Span<float> pixels)
        {
            var rows = Rent(pixels.Length);
            Source.Render(part with { Y = Height - part.Bottom }, rows);
            for (var row = 0; row < Channels * part.Height; row++)
            {
                var (channel, y) = (row / part.Height, row % part.Height);
                rows.Slice(row * part.Width, part.Width).CopyTo(pixels[((channel * part.Height + part.Height - 1 - y) * part.Width)..]);
            }
        }
    }
}
