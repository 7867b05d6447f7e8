using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>Runs generators on pictures as they come.</summary>
public static class TranslateExtensions
{
    /// <summary>Sends pictures of any size through a generator that turns images into images.</summary>
    /// <remarks>
    /// The network runs in its own inference mode, and stays as it was: modes, running statistics and weights. No
    /// gradients are kept. Where it works in [0, 1], values are converted on the way in and out.
    /// <para>Nothing is written to the network, so any number of threads may translate with it at once. Do not train, move or dispose it
    /// meanwhile; a copy by <c>ForInference</c> is independent of that.</para>
    /// <para>GanKit's layers run in the mode asked for, whatever <c>train()</c> or <c>eval()</c> said. A network of your own follows these:
    /// put it in evaluation mode (<c>eval()</c>) first, or run a copy in any mode with
    /// <c>ForInference(() => new MyNetwork())</c>. Where one of GanKit's networks contains a layer of yours, such as a
    /// <c>Norm</c>, that is in another mode, a copy of the network runs, without hooks that were registered on the network.</para>
    /// <code>
    /// using var zebra = generator.Translate(Images.Read("horse.jpg"));
    /// using var poster = generator.Translate(photo, new() { Fit = PictureFit.Tiles(size: 512) });
    /// </code>
    /// </remarks>
    /// <param name="generator">The network.</param>
    /// <param name="images">
    /// Images (B, C, H, W), or one (C, H, W), in [-1, 1], as <c>Images.Read</c> gives them; of any
    /// floating-point type and on any device.
    /// </param>
    /// <param name="options">How to run it; the defaults of <see cref="TranslateOptions"/> if not given.</param>
    /// <returns>
    /// Images (B, C', sH, sW), or one (C', sH, sW), s being the network's scale (1 in translators), of its type and on
    /// its device; in [-1, 1], but for what the network overshoots. The caller owns them.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// A layer that is not GanKit's is in another mode than the network is to run in, or would learn from it; or the network
    /// was prepared for another mode.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The network does not turn images into images, or they have another shape.
    /// </exception>
    public static Tensor Translate(this Module<Tensor, Tensor> generator, Tensor images, TranslateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(images);
        Guarded.RequireUsable(generator.IsDisposed() ? images.device : generator.FloatingWeight()?.device, ("images", images));
        if (images.dim() is not (3 or 4) || images.numel() == 0)
        {
            throw new ArgumentException(
                $"The images should be of shape (B, C, H, W), or one (C, H, W), not {images.Describe()}.", nameof(images));
        }

        if (!images.is_floating_point())
        {
            throw new ArgumentException(
                $"The images should be numbers in [-1, 1], not {images.dtype}; from 0 to 255 they become so by " +
                "images.to(float32) / 127.5 - 1.", nameof(images));
        }

        options ??= new();
        var itself = generator as IImageTranslator;
        var range = options.Range ?? itself?.Range ?? ValueRange.Symmetric;
        var sizes = options.Sizes ?? itself?.PictureSizes ?? new PictureSizes();

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var run = new NetworkRun(generator, options.Mode);
        var input = (images.dim() == 3 ? images.unsqueeze(0) : images).clone(); // (B, C, H, W); a layer may work in place
        if (generator.parameters().FirstOrDefault(parameter => parameter.is_floating_point()) is { } weight)
            input = input.to(weight.dtype, weight.device);
        if (range != ValueRange.Symmetric)
            input = input.TimesPlus(range.Width / 2, (range.Low + range.High) / 2);
        var output = options.Fit.Run(
            input, sizes, pictures => Guarded.Network("network", generator, [("images", pictures)], () => run.Network.call(pictures)));
        if (range != ValueRange.Symmetric)
            output = output.TimesPlus(2 / range.Width, -2 * range.Low / range.Width - 1);
        if (images.dim() == 3)
            output = output.squeeze(0);
        // A copy, should the network or a crop give a view of what it was given.
        return (output.is_contiguous() ? output.clone() : output.contiguous()).MoveToOuterDisposeScope(); // (B, C', sH, sW)
    }
}
