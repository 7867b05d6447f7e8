using System.Text;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Compares a module with the PyTorch one that Fixtures/module_case.py recorded.</summary>
internal static class ModuleParity
{
    /// <summary>
    /// With the patterns of <see cref="ReferenceNetworks"/> as state and input: the same state keys and shapes, output,
    /// buffers after the run, gradients of the input and of every parameter in training mode, and output in evaluation
    /// mode.
    /// </summary>
    /// <param name="fixture">The fixture file.</param>
    /// <param name="name">The case in it.</param>
    /// <param name="module">The module, just built; left in evaluation mode.</param>
    /// <param name="relative">The tolerance, as a share of the expected element.</param>
    /// <param name="absolute">
    /// The tolerance as a share of the expected tensor's largest element: a sum that cancels keeps the rounding errors
    /// of its terms.
    /// </param>
    public static void Check(
        string fixture, string name, nn.Module<Tensor, Tensor> module, double relative = 1e-5, double absolute = 5e-6) =>
        Check(fixture, name, module, module.call, relative, absolute);

    /// <summary>The same for a module of any kind.</summary>
    /// <param name="fixture">The fixture file.</param>
    /// <param name="name">The case in it.</param>
    /// <param name="module">The module, just built; left in evaluation mode.</param>
    /// <param name="call">Calls it with the input, and makes one tensor of what it returns.</param>
    /// <param name="relative">The tolerance, as a share of the expected element.</param>
    /// <param name="absolute">The tolerance as a share of the expected tensor's largest element.</param>
    public static void Check(
        string fixture, string name, nn.Module module, Func<Tensor, Tensor> call, double relative = 1e-5,
        double absolute = 5e-6)
    {
        using var scope = NewDisposeScope();
        var recorded = Fixture.Load(fixture);
        Assert.Equal(
            Encoding.ASCII.GetString(recorded[$"{name}/keys"].bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Order(StringComparer.Ordinal),
            module.state_dict().Select(entry => $"{entry.Key} ({string.Join(", ", entry.Value.shape)})").Order(
                StringComparer.Ordinal));
        ReferenceNetworks.Fill(module);

        module.train();
        var input = ReferenceNetworks.Pattern("input", recorded[$"{name}/input_grad"].shape).to(float32).requires_grad_();
        var output = call(input);
        Close(recorded[$"{name}/output"], output);
        output.backward([Probe(output)]);

        Close(recorded[$"{name}/input_grad"], input.grad!);
        var parameters = module.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        var gradients = Group(recorded, $"{name}/grad/");
        Assert.Equal(gradients.Keys.Order(), parameters.Keys.Order());
        // Sums that cancel, such as of a bias before a normalisation, keep the rounding errors of their large terms.
        var largest = gradients.Values.Select(Largest).DefaultIfEmpty().Max();
        foreach (var (key, gradient) in gradients)
        {
            var own = Largest(gradient);
            var scale = own < 1e-2 * largest ? largest : own;
            TensorAssert.Close(gradient, parameters[key].grad!, relative, absolute * scale);
        }

        var buffers = module.named_buffers().ToDictionary(entry => entry.name, entry => entry.buffer);
        foreach (var (key, buffer) in Group(recorded, $"{name}/after/"))
            Close(buffer, buffers[key]);

        module.eval();
        using (no_grad())
            Close(recorded[$"{name}/eval_output"], call(input));

        void Close(Tensor expected, Tensor actual) =>
            TensorAssert.Close(expected, actual, relative, absolute * Largest(expected));
    }

    private static double Largest(Tensor tensor) => tensor.abs().max().to_type(ScalarType.Float64).item<double>();

    // The same gradient of the loss as in module_case.py.
    private static Tensor Probe(Tensor output) =>
        arange(output.numel(), dtype: ScalarType.Float64).cos().reshape(output.shape).to_type(output.dtype);

    private static Dictionary<string, Tensor> Group(IReadOnlyDictionary<string, Tensor> recorded, string prefix) =>
        recorded.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);
}
