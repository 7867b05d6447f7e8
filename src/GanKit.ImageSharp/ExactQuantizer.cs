using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Quantization;

namespace GanKit.ImageSharp;

/// <summary>A colour table that has every colour of an image of at most 256, exactly.</summary>
/// <remarks>ImageSharp's own tables merge colours that are near each other, or hold 255.</remarks>
internal sealed class ExactQuantizer : IQuantizer
{
    private const int MostColours = 256;

    // Dithering would flicker from frame to frame.
    private static readonly QuantizerOptions Plain = new() { Dither = null, MaxColors = MostColours };

    public QuantizerOptions Options => Plain;

    /// <summary>The exact table where there is one, or else the one of Wu's method (Graphics Gems II, 1991).</summary>
    internal static IQuantizer For(PixelBuffer pixels) =>
        pixels.Channels == 1 || HasFewColours(MemoryMarshal.Cast<byte, Rgb24>(pixels.Bytes.Span)) ? new ExactQuantizer() : new WuQuantizer(Plain);

    public IQuantizer<TPixel> CreatePixelSpecificQuantizer<TPixel>(Configuration configuration)
        where TPixel : unmanaged, IPixel<TPixel> => new Table<TPixel>(configuration, Plain);

    public IQuantizer<TPixel> CreatePixelSpecificQuantizer<TPixel>(Configuration configuration, QuantizerOptions options)
        where TPixel : unmanaged, IPixel<TPixel> => new Table<TPixel>(configuration, options);

    private static bool HasFewColours(ReadOnlySpan<Rgb24> pixels)
    {
        var colours = new HashSet<Rgb24>();
        foreach (var pixel in pixels)
            if (colours.Add(pixel) && colours.Count > MostColours)
                return false;
        return true;
    }

    private readonly struct Table<TPixel>(Configuration configuration, QuantizerOptions options) : IQuantizer<TPixel>
        where TPixel : unmanaged, IPixel<TPixel>
    {
        private readonly Dictionary<TPixel, byte> _indices = [];
        private readonly List<TPixel> _colours = [];

        public Configuration Configuration => configuration;

        public QuantizerOptions Options => options;

        public ReadOnlyMemory<TPixel> Palette => _colours.ToArray();

        public void AddPaletteColors(Buffer2DRegion<TPixel> pixelRegion)
        {
            for (var y = 0; y < pixelRegion.Height; y++)
                foreach (var pixel in pixelRegion.DangerousGetRowSpan(y))
                    if (_indices.TryAdd(pixel, (byte)_colours.Count))
                        _colours.Add(pixel);
        }

        public IndexedImageFrame<TPixel> QuantizeFrame(ImageFrame<TPixel> source, Rectangle bounds)
        {
            var table = this;
            return QuantizerUtilities.QuantizeFrame(ref table, source, bounds);
        }

        public byte GetQuantizedColor(TPixel color, out TPixel match)
        {
            match = color;
            return _indices[color];
        }

        public void Dispose()
        {
        }
    }
}
