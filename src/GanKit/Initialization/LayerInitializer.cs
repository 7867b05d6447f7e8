using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The initialiser behind the catalogue: one rule for weights, zero for biases, N(1, normStd) for the scale of
/// normalisation layers.
/// </summary>
internal sealed class LayerInitializer(Action<Tensor, Generator?> fillWeight, double normStd = 0) : IInitializer
{
    public void InitializeLayer(nn.Module layer, Generator? generator)
    {
        ArgumentNullException.ThrowIfNull(layer);
        switch (layer)
        {
            case Convolution convolution:
                Fill(convolution.weight, convolution.bias, generator);
                break;
            case Linear linear:
                Fill(linear.weight, linear.bias, generator);
                break;
            case IInitializable own:
                Fill(own.WeightToInitialize, own.BiasToInitialize, generator);
                own.OnInitialized();
                break;
            case NormBase norm:
                FillNorm(norm.affine ? norm.weight : null, norm.bias, generator);
                break;
            case GroupNorm norm:
                FillNorm(norm.weight, norm.bias, generator);
                break;
            case LayerNorm norm:
                FillNorm(norm.weight, norm.bias, generator);
                break;
        }
    }

    private void Fill(Tensor weight, Tensor? bias, Generator? generator)
    {
        fillWeight(weight, generator);
        bias?.zero_();
    }

    private void FillNorm(Tensor? scale, Tensor? shift, Generator? generator)
    {
        if (normStd > 0)
        {
            scale?.normal_(1, normStd, generator);
        }
        else
        {
            scale?.fill_(1);
        }

        shift?.zero_();
    }
}
