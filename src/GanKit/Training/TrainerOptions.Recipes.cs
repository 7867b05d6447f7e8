namespace GanKit;

/// <content>Recipes; change what differs with <c>with</c>. DCGAN's are the defaults.</content>
public sealed partial record TrainerOptions
{
    /// <summary>
    /// pix2pix's: the discriminator first, Adam at 2e-4 and (0.5, 0.999), constant for 100 epochs and falling to zero
    /// over 100 more. Batches of 1, 200 epochs. Isola et al. 2017, arXiv:1611.07004, and its PyTorch implementation.
    /// </summary>
    /// <example><code>TrainerOptions.Pix2Pix with { Device = Devices.Best }</code></example>
    public static TrainerOptions Pix2Pix => new() { Schedule = LearningRateSchedule.LinearDecay(100, 100) };

    /// <summary>
    /// CycleGAN's: both generators first, otherwise as <see cref="Pix2Pix"/>. Batches of 1, 200 epochs. Zhu et al. 2017,
    /// arXiv:1703.10593, and its PyTorch implementation.
    /// </summary>
    public static TrainerOptions CycleGan => Pix2Pix with { Order = StepOrder.GeneratorFirst };

    /// <summary>
    /// WGAN-GP's: five critic steps for one of the generator, each on latents of its own, Adam at 1e-4 and (0, 0.9).
    /// Batches of 64. Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1.
    /// </summary>
    public static TrainerOptions WganGp => new()
    {
        LearningRate = 1e-4,
        Betas = (0, 0.9),
        DiscriminatorSteps = 5,
        ReuseFakes = false,
    };

    /// <summary>
    /// For a projection discriminator with hinge loss and spectral normalisation: Adam at 3e-3 for the generator, 7e-4 for the
    /// discriminator and (0, 0.9), one discriminator step, latents of its own for each network, averaged weights. Batches of 32
    /// and more.
    /// </summary>
    /// <remarks>
    /// No paper's. Where a discriminator wins while the generator is still slow, the hinge loss becomes 0 and the generator draws
    /// one pattern for all classes; here the generator is the faster of the two. The average's warm-up makes 0.999 fit short runs.
    /// With the discriminator's rate closer to it, such as 2e-3 and 1.5e-3, some seeds never begin to learn; with 1e-3 and 4e-4 all learn, and
    /// draw fewer of the classes asked for.
    /// </remarks>
    public static TrainerOptions ProjectionGan => new()
    {
        GeneratorLearningRate = 3e-3,
        DiscriminatorLearningRate = 7e-4,
        Betas = (0, 0.9),
        ReuseFakes = false,
        AverageDecay = 0.999,
    };
}
