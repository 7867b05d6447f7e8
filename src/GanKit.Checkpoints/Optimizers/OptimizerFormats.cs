using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamSetting = GanKit.Checkpoints.OptimizerSetting<TorchSharp.Modules.Adam.Options>;
using AdamWSetting = GanKit.Checkpoints.OptimizerSetting<TorchSharp.Modules.AdamW.Options>;
using RmsPropSetting = GanKit.Checkpoints.OptimizerSetting<TorchSharp.Modules.RMSProp.Options>;
using SgdSetting = GanKit.Checkpoints.OptimizerSetting<TorchSharp.Modules.SGD.Options>;

namespace GanKit.Checkpoints;

/// <summary>The optimisers whose state PyTorch and TorchSharp can give each other, and the names of the others.</summary>
internal static class OptimizerFormats
{
    private static readonly OptimizerFormat[] All =
    [
        MakeAdam(), MakeAdamW(), MakeSgd(asPyTorch: true), MakeSgd(asPyTorch: false), MakeRmsProp(),
    ];

    // Settings that only one kind of optimiser has, the most telling first.
    private static readonly (string Setting, string Kind)[] Telling =
    [
        ("dampening", "SGD"), ("nesterov", "SGD"), ("centered", "RMSprop"), ("momentum_decay", "NAdam"), ("amsgrad", "Adam"),
        ("rho", "Adadelta"), ("lr_decay", "Adagrad"), ("etas", "Rprop"), ("lambd", "ASGD"), ("max_iter", "LBFGS"),
    ];

    internal const string AdamOrAdamW = "Adam or AdamW";

    private static string Names => string.Join(", ", All.Select(format => format.Name).Distinct());

    /// <summary>How the state of that optimiser is written.</summary>
    /// <exception cref="ArgumentException">It is of a kind that is not known here.</exception>
    internal static OptimizerFormat Of(optim.Optimizer optimizer) => Array.Find(All, format => format.IsOf(optimizer))
        ?? throw new ArgumentException(
            $"The state of {optimizer.GetType().Name} is not exchanged with PyTorch. That of {Names} is.",
            nameof(optimizer));

    /// <summary>The kind of optimiser that a group of parameters in a file belongs to, as far as its settings show.</summary>
    internal static string? KindOf(PyTorchDict group)
    {
        var kind = Array.Find(Telling, known => group.TryGetValue(known.Setting, out _)).Kind;

        return kind == "Adam" ? KindOfAdam(group) : kind;
    }

    /// <summary>Adam and AdamW have the same settings. Since 2.7 PyTorch says which it is.</summary>
    internal static string KindOfAdam(PyTorchDict group) => group.GetValueOrDefault("decoupled_weight_decay") switch
    {
        true => "AdamW",
        false => "Adam",
        _ => AdamOrAdamW,
    };

    private static TypedOptimizerFormat<Adam, Adam.State, Adam.Options> MakeAdam() => new("Adam")
    {
        Settings =
        [
            AdamSetting.LearningRate,
            AdamSetting.Pair("betas", options => ref options.beta1, options => ref options.beta2),
            AdamSetting.Number("eps", options => ref options.eps),
            AdamSetting.Number("weight_decay", options => ref options.weight_decay),
            AdamSetting.Flag("amsgrad", options => ref options.amsgrad),
            AdamSetting.Flag("maximize", options => ref options.maximize),
            AdamSetting.Fixed("foreach", null), AdamSetting.Fixed("capturable", false),
            AdamSetting.Fixed("differentiable", false), AdamSetting.Fixed("fused", null), AdamSetting.InitialLearningRate,
        ],
        Steps = state => ref state.step,
        Slots =
        [
            new("exp_avg", state => ref state.exp_avg!, _ => true),
            new("exp_avg_sq", state => ref state.exp_avg_sq!, _ => true),
            new("max_exp_avg_sq", state => ref state.max_exp_avg_sq!, options => options.amsgrad is true, IsOptional: true),
        ],
    };

    private static TypedOptimizerFormat<AdamW, AdamW.State, AdamW.Options> MakeAdamW() => new("AdamW")
    {
        Settings =
        [
            AdamWSetting.LearningRate,
            AdamWSetting.Pair("betas", options => ref options.beta1, options => ref options.beta2),
            AdamWSetting.Number("eps", options => ref options.eps),
            AdamWSetting.Number("weight_decay", options => ref options.weight_decay),
            AdamWSetting.Flag("amsgrad", options => ref options.amsgrad), AdamWSetting.Fixed("foreach", null),
            AdamWSetting.Flag("maximize", options => ref options.maximize), AdamWSetting.Fixed("capturable", false),
            AdamWSetting.Fixed("differentiable", false), AdamWSetting.Fixed("fused", null),
            AdamWSetting.InitialLearningRate,
        ],
        Steps = state => ref state.step,
        Slots =
        [
            new("exp_avg", state => ref state.exp_avg!, _ => true),
            new("exp_avg_sq", state => ref state.exp_avg_sq!, _ => true),
            new("max_exp_avg_sq", state => ref state.max_exp_avg_sq!, options => options.amsgrad is true, IsOptional: true),
        ],
    };

    /// <summary>
    /// When it maximises, PyTorch negates the gradient first, and TorchSharp the step last. So what TorchSharp adds up has
    /// the other sign; and the decay of weights, which it adds to the gradient, needs it for the same training. Classes derived
    /// from TorchSharp's have a step of their own, such as GanKit's fused one, and are taken to do as PyTorch.
    /// </summary>
    private static TypedOptimizerFormat<SGD, SGD.State, SGD.Options> MakeSgd(bool asPyTorch) => new("SGD")
    {
        IsMeant = sgd => asPyTorch == (sgd.GetType() != typeof(SGD)),
        Settings =
        [
            SgdSetting.LearningRate, SgdSetting.Number("momentum", options => ref options.momentum),
            SgdSetting.Number("dampening", options => ref options.dampening),
            SgdSetting.Number("weight_decay",
                options => ref options.weight_decay) with { Write = o => Decay(o, asPyTorch) },
            SgdSetting.Flag("nesterov", options => ref options.nesterov),
            SgdSetting.Flag("maximize", options => ref options.maximize) with
            {
                Then = options => options.weight_decay = Decay(options, asPyTorch),
            },
            SgdSetting.Fixed("foreach", null), SgdSetting.Fixed("differentiable", false), SgdSetting.Fixed("fused", null),
            SgdSetting.InitialLearningRate,
        ],
        Slots =
        [
            new("momentum_buffer", state => ref state.momentum_buffer!, options => options.momentum != 0,
                IsOptional: true, IsLate: true, IsNegated: options => options.maximize is true && !asPyTorch),
        ],
    };

    private static double? Decay(SGD.Options options, bool asPyTorch) =>
        options.maximize is true && !asPyTorch && options.weight_decay != 0 ? -options.weight_decay : options.weight_decay;

    private static TypedOptimizerFormat<RMSProp, RMSProp.State, RMSProp.Options> MakeRmsProp() => new("RMSprop")
    {
        Settings =
        [
            RmsPropSetting.LearningRate, RmsPropSetting.Number("momentum", options => ref options.momentum),
            RmsPropSetting.Number("alpha", options => ref options.alpha),
            RmsPropSetting.Number("eps", options => ref options.eps),
            RmsPropSetting.Flag("centered", options => ref options.centered),
            RmsPropSetting.Number("weight_decay", options => ref options.weight_decay),
            RmsPropSetting.Fixed("capturable", false), RmsPropSetting.Fixed("foreach", null),
            RmsPropSetting.Flag("maximize", options => ref options.maximize), RmsPropSetting.Fixed("differentiable", false),
            RmsPropSetting.InitialLearningRate,
        ],
        Steps = state => ref state.step,
        Slots =
        [
            new("square_avg", state => ref state.square_avg!, _ => true),
            new("momentum_buffer", state => ref state.momentum_buffer!, options => options.momentum > 0),
            new("grad_avg", state => ref state.grad_avg!, options => options.centered is true),
        ],
    };
}
