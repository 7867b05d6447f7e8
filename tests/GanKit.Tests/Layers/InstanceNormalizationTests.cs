using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Layers;

public class InstanceNormalizationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_OfASingleImage_IsTorchSharps(bool learns)
    {
        using var scope = NewDisposeScope();
        var image = randn(3, 5, 4, dtype: float64).requires_grad_(learns);

        TensorAssert.Close(InstanceNorm2d(3).call(image).detach(), Norm.Instance.Create(3).call(image).detach(), 1e-10, 1e-10);
    }

    [Theory]
    [InlineData(4L)]
    [InlineData(2L, 3L)]
    [InlineData(2L, 3L, 1L, 1L)]
    [InlineData(2L, 3L, 4L, 4L, 4L)]
    public void Forward_OfWhatIsNoImage_SaysSo(params long[] shape)
    {
        using var input = randn(shape);

        var message = Assert.Throws<ArgumentException>(() => Norm.Instance.Create(3).call(input)).Message;

        Assert.Contains($"({string.Join(", ", shape)})", message);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Forward_Of16Bits_TakesStatisticsOf32(int batch, bool channelsLast)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        foreach (var dtype in new[] { bfloat16, float16 })
        {
            var maps = (randn(batch, 6, 8, 8) * 3 + 40).to(dtype); // a mean that 8 bits can't hold
            maps = (channelsLast ? maps.ToChannelsLast() : maps).detach().requires_grad_();
            var wide = maps.detach().to(float32).requires_grad_();
            var factors = randn(batch, 6, 8, 8).to(dtype);

            var (output, expected) = (Norm.Instance.Create(6).call(maps), InstanceNorm2d(6).call(wide));
            (output * factors).sum().backward();
            (expected * factors.to(float32)).sum().backward();

            Assert.Equal(dtype, output.dtype);
            TensorAssert.Close(expected.detach(), output.detach().to(float32), 1e-2, 1e-2);
            TensorAssert.Close(wide.grad!, maps.grad!.to(float32), 2e-2, 1e-2);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GradientPenalty_Through_IsThatOfFiniteDifferences(bool channelsLast)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        // Smooth throughout: at the kinks of a ReLU a penalty on slopes jumps.
        using var critic = Sequential(
            Conv2d(3, 4, 3), Norm.Instance.Create(4), Tanh(), Conv2d(4, 4, 3), Norm.Instance.Create(4), Tanh(), Conv2d(4, 1, 3)).to(float64);
        var samples = randn(3, 3, 9, 9, dtype: float64);
        if (channelsLast)
            (_, samples) = (critic.ToChannelsLast(), samples.ToChannelsLast());

        Penalty().backward();

        foreach (var weight in critic.parameters().Where(weight => weight.dim() == 4))
        {
            var direction = randn_like(weight, requires_grad: false);
            var slope = (weight.grad! * direction).sum().item<double>();
            var (up, down) = (At(1e-5), At(-1e-5));
            Assert.Equal((up - down) / 2e-5, slope, 1e-6 * Math.Max(1, Math.Abs(slope)));

            double At(double distance)
            {
                using var before = weight.detach().clone();
                using (no_grad())
                    weight.add_(direction, alpha: distance);
                var value = Penalty().item<double>();
                using (no_grad())
                    weight.copy_(before);
                return value;
            }
        }

        Tensor Penalty() => new R1Penalty().Penalty(critic.call, samples, samples);
    }
}
