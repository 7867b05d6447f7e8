using System.Drawing;

namespace GanKit.Data;

/// <summary>Images of two domains in two folders, A and B, without pairs: what CycleGAN learns from.</summary>
public static class ImageFolders
{
    /// <summary>Lists two domains in CycleGAN's layout: the folders trainA and trainB, or testA and testB.</summary>
    /// <remarks>
    /// Inputs arrive as <see cref="Batch.Condition"/>, targets as <see cref="Batch.Real"/>, each with crops and flips of
    /// its own; <see cref="ImageDataset.Unpaired"/> says which meet. Files are read as <see cref="ImageFolder.Load"/> does.
    /// Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", ICCV 2017.
    /// </remarks>
    /// <example>
    /// CycleGAN's reference recipe:
    /// <code>
    /// var data = ImageFolders.Unpaired("apple2orange").Resize(286, 286, Interpolation.Bicubic).RandomCrop(256).FlipHorizontally();
    /// trainer.Fit(data.Batches(1), epochs: 200);
    /// </code>
    /// </example>
    /// <param name="root">The folder that the two lie in.</param>
    /// <param name="phase">The beginning of their names; <c>train</c> by default.</param>
    /// <param name="direction">
    /// Which domain is the input; <see cref="PairDirection.AToB"/> by default. CycleGAN learns both directions anyway.
    /// </param>
    /// <param name="inputChannels">1, 3 or 4 channels for inputs; 3 by default.</param>
    /// <param name="targetChannels">1, 3 or 4 channels for targets; 3 by default.</param>
    /// <param name="background">The background where an image is transparent, unless there are 4 channels; white
    /// by default.
    /// </param>
    /// <param name="decoder">Reads the formats that the library does not, such as that of the package GanKit.ImageSharp; none by
    /// default.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number of channels is not 1, 3 or 4.</exception>
    /// <exception cref="DirectoryNotFoundException">One of the folders is not there; the message says which are.
    /// </exception>
    /// <exception cref="InvalidDataException">One of them holds no image.</exception>
    /// <exception cref="NativeBackendException">Skia, which decodes, does not load.</exception>
    public static ImageDataset Unpaired(
        string root, string phase = "train", PairDirection direction = PairDirection.AToB,
        int inputChannels = 3, int targetChannels = 3, Color? background = null, IImageDecoder? decoder = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentException.ThrowIfNullOrEmpty(phase);
        string a = Path.Combine(root, phase + "A"), b = Path.Combine(root, phase + "B");
        RequireFolder(root, a);
        RequireFolder(root, b);
        var (input, target) = direction.Order(a, b);
        return ImageDataset.Unpaired(
            ImageFolder.Open(input, inputChannels, background, decoder),
            ImageFolder.Open(target, targetChannels, background, decoder));
    }

    private static void RequireFolder(string root, string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"There is no folder '{root}' to read two domains from.");
        var there = Directory.GetDirectories(root).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(10)
            .ToArray();
        throw new DirectoryNotFoundException(
            $"There is no folder '{folder}'. Domains lie side by side in folders named after the phase and A or B, such "
            + "as trainA, trainB, testA and testB; " +
            $"'{root}' has {(there.Length == 0 ? "no folders" : string.Join(", ", there))}.");
    }
}
