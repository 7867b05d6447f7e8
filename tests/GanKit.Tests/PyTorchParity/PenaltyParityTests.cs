using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Values, and the gradients that double backward sends into the critics' weights.</summary>
public class PenaltyParityTests
{
    public static TheoryData<string, string> AllCases() => new MatrixTheoryData<string, string>(
        ["mlp", "conv", "conditional"], ["gradient_penalty", "dragan_penalty", "r1_penalty", "r2_penalty"]);

    [Theory, MemberData(nameof(AllCases))]
    public void Penalty_AnyCritic_EqualsPyTorch(string critic, string penalty)
    {
        var fixture = Fixture.Load("penalties");
        using var network = Network(critic, fixture);
        Tensor Critic(Tensor x) => network.call(
            critic == "conditional" ? cat([x, fixture["conditional.condition"]], 1) : x);
        Tensor Input(string name) => fixture[$"{critic}.{name}"];

        var value = penalty switch
        {
            "gradient_penalty" => new GradientPenalty().PenaltyAt(Critic, Input("real"), Input("fake"), Input("mix")),
            "dragan_penalty" => new DraganPenalty().PenaltyAt(Critic, Input("real"), Input("noise"), Input("mix")),
            "r1_penalty" => new R1Penalty().Penalty(Critic, Input("real"), Input("fake")),
            _ => new R2Penalty().Penalty(Critic, Input("real"), Input("fake")),
        };
        value.backward();

        TensorAssert.Close(Input(penalty), value, relative: 1e-10, absolute: 1e-12);
        foreach (var (name, weight) in network.named_parameters())
        {
            TensorAssert.Close(
                Input($"{penalty}.{name}"), weight.grad ?? zeros_like(weight), relative: 1e-9, absolute: 1e-12);
        }
    }

    private static Module<Tensor, Tensor> Network(string critic, IReadOnlyDictionary<string, Tensor> fixture)
    {
        var network = critic switch
        {
            "mlp" => Sequential(Linear(2, 6), Tanh(), Linear(6, 6), LeakyReLU(0.2), Linear(6, 1)),
            "conditional" => Sequential(Linear(2 + 3, 6), Tanh(), Linear(6, 1)),
            _ => Sequential(
                Conv2d(2, 4, 4, stride: 2, padding: 1), LeakyReLU(0.2),
                Conv2d(4, 4, 3, padding: 1), Softplus(),
                Conv2d(4, 1, 3, padding: 1)),
        };
        network.to(ScalarType.Float64);
        using var off = no_grad();
        foreach (var (name, weight) in network.named_parameters())
            weight.copy_(fixture[$"{critic}.weights.{name}"]);
        return network;
    }
}
