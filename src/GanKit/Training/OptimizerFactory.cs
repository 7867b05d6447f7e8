using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Makes the optimiser of one network. The trainer owns and disposes it.</summary>
/// <param name="parameters">The network's trainable parameters, on their final device.</param>
/// <param name="learningRate">The learning rate before any schedule.</param>
/// <example>
/// <code>new TrainerOptions { Optimizer = (parameters, rate) => Optimizers.RmsProp(parameters, rate) }</code>
/// </example>
public delegate optim.Optimizer OptimizerFactory(IReadOnlyList<Parameter> parameters, double learningRate);
