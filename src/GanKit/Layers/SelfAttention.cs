using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// Lets every position of a feature map look at all others: what a convolution, which sees its neighbourhood, can't do.
/// </summary>
/// <remarks>
/// With 1 x 1 convolutions without bias <c>theta</c>, <c>phi</c> (C to C/8), <c>g</c> (C to C/2) and <c>o</c> (C/2 to
/// C): <c>y = x + gamma · o(softmax(theta(x)ᵀ pool(phi(x))) pool(g(x)))</c>, the softmax over positions of the pooled
/// maps, pool the maximum of 2 x 2 positions. The learned scalar gamma starts at 0, so that a fresh layer is the
/// identity. Memory grows with (H · W)²; use it at 32 x 32 or 64 x 64. The same in training and in evaluation, apart
/// from spectral normalisation.
/// <para>
/// State keys are BigGAN-PyTorch's: <c>theta.weight</c>, <c>phi.weight</c>, <c>g.weight</c>, <c>o.weight</c>,
/// <c>gamma</c>; with spectral normalisation the weights have the keys of <see cref="SpectralNormLayer"/>.
/// </para>
/// <para>
/// Zhang, Goodfellow, Metaxas, Odena 2019, "Self-Attention Generative Adversarial Networks",
/// <see href="https://arxiv.org/abs/1805.08318"/>; the pooling is in the authors' code and BigGAN's.
/// </para>
/// </remarks>
[Samplewise]
public sealed class SelfAttention : Module<Tensor, Tensor>
{
    [ComponentName(Name = "theta")]
    private readonly Module<Tensor, Tensor> _theta;
    [ComponentName(Name = "phi")]
    private readonly Module<Tensor, Tensor> _phi;
    [ComponentName(Name = "g")]
    private readonly Module<Tensor, Tensor> _g;
    [ComponentName(Name = "o")]
    private readonly Module<Tensor, Tensor> _o;
    [ComponentName(Name = "gamma")]
    private readonly Parameter _gamma;
    private readonly long _channels;

    /// <summary>Makes the layer, with PyTorch's initial weights of convolutions.</summary>
    /// <param name="channels">Channels of input and output, a positive multiple of 8.</param>
    /// <param name="spectralNorm">
    /// Whether the four convolutions have spectral normalisation, as in the paper's two networks. Default: false.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="channels"/> is not a positive multiple of 8.
    /// </exception>
    public SelfAttention(long channels, bool spectralNorm = false) : base(NativeBackend.For(nameof(SelfAttention)))
    {
        if (channels < 8 || channels % 8 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels,
                "Self-attention splits its channels by 8, so they must be a positive multiple of 8.");
        }

        _channels = channels;
        _theta = Pointwise(channels, channels / 8, spectralNorm);
        _phi = Pointwise(channels, channels / 8, spectralNorm);
        _g = Pointwise(channels, channels / 2, spectralNorm);
        _o = Pointwise(channels / 2, channels, spectralNorm);
        _gamma = Parameter(zeros([]));
        _gamma.DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="input">(B, channels, H, W), H and W at least 2.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _channels, nameof(SelfAttention));
        if (input.size(2) < 2 || input.size(3) < 2)
        {
            throw new ArgumentException(
                $"SelfAttention pools 2 x 2 positions, so it takes maps of at least 2 x 2; this input is " +
                $"{input.Describe()}.", nameof(input));
        }

        using var scope = NewDisposeScope();
        var query = _theta.call(input).flatten(2).transpose(1, 2);                             // (B, HW, C/8)
        var key = functional.max_pool2d(_phi.call(input), 2).flatten(2);                       // (B, C/8, HW/4)
        var value = functional.max_pool2d(_g.call(input), 2).flatten(2);                       // (B, C/2, HW/4)
        var weights = query.bmm(key).softmax(-1);                                              // (B, HW, HW/4)
        var attended = value.bmm(weights.transpose(1, 2));                                     // (B, C/2, HW)
        var maps = attended.reshape(input.size(0), _channels / 2, input.size(2), input.size(3));  // (B, C/2, H, W)
        return input.Plus(_gamma * _o.call(maps)).MoveToOuterDisposeScope();
    }

    private static Module<Tensor, Tensor> Pointwise(long inChannels, long outChannels, bool spectralNorm) =>
        spectralNorm
            ? new SpectralNormConv2d(inChannels, outChannels, kernelSize: 1, bias: false)
            : Conv2d(inChannels, outChannels, 1, bias: false);
}
